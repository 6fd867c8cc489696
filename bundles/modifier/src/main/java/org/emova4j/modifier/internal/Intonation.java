package org.emova4j.modifier.internal;

/**
 * By which factor F0 changes over a recording: moved, its deviations from the recording's mean made
 * wider or narrower, and raised towards the end of each phrase, as the {@code lite} vocoder does it
 * with carried melodies. Immutable.
 */
final class Intonation {
  /** What F0 is moved to at the least and at the most, in hertz. */
  static final double LEAST_HZ = 45;

  static final double MOST_HZ = 800;

  private static final int RATE = 100;
  private static final int PAUSE = 25; // frames without voice that end a phrase
  private static final int RISE = 40; // frames over which a phrase's end rises

  private final float[] ratios; // natural logarithms, of shape [frames]

  /**
   * @param f0 hertz, 0 where unvoiced, 100 frames a second
   */
  Intonation(float[] f0, Changes changes) {
    ratios = new float[f0.length];
    if (!changes.melody()) {
      return;
    }
    float[] rise = rise(f0, changes.rise());
    double mean = mean(f0);
    double last = changes.shift();
    for (int t = 0; t < f0.length; t++) {
      if (f0[t] > 0) {
        double ln = Math.log(f0[t]);
        double wanted = ln + changes.shift() + (changes.range() - 1) * (ln - mean) + rise[t];
        // a voice that is beyond the limits already is not moved into them
        double least = Math.min(ln, Math.log(LEAST_HZ));
        double most = Math.max(ln, Math.log(MOST_HZ));
        last = Math.max(least, Math.min(most, wanted)) - ln;
      }
      ratios[t] = (float) last;
    }
  }

  /** The factor of F0 at a time in seconds, on a line between frames. */
  double at(double seconds) {
    if (ratios.length == 0) {
      return 1;
    }
    double position = Math.max(0, Math.min(ratios.length - 1.0, seconds * RATE));
    int below = (int) position;
    int above = Math.min(below + 1, ratios.length - 1);
    double part = position - below;
    return Math.exp((1 - part) * ratios[below] + part * ratios[above]);
  }

  private static double mean(float[] f0) {
    double sum = 0;
    int count = 0;
    for (float hertz : f0) {
      if (hertz > 0) {
        sum += Math.log(hertz);
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  /** A ramp up to the last voiced frame before each pause and the end. */
  private static float[] rise(float[] f0, double height) {
    float[] rise = new float[f0.length];
    int start = -1; // of the phrase
    int last = -1; // voiced frame
    for (int t = 0; t <= f0.length; t++) {
      if (last >= 0 && (t == f0.length || t - last >= PAUSE)) {
        for (int i = Math.max(start, last - RISE + 1); i <= last; i++) {
          rise[i] = (float) (height * (i - (last - RISE)) / RISE);
        }
        last = -1;
      }
      if (t < f0.length && f0[t] > 0) {
        start = last < 0 ? t : start;
        last = t;
      }
    }
    return rise;
  }
}
