package org.emova4j.tokenizer.internal.spiral;

import org.emova4j.tokenizer.internal.spiral.SpiralConfig.Mel;

/** Window and filter bank by formula, for models that don't bring their own. */
final class MelTables {
  // Slaney's scale: linear below 1000 Hz, which are 15 mel, logarithmic above.
  private static final double HERTZ_PER_MEL = 200.0 / 3;
  private static final double KNEE_HERTZ = 1000;
  private static final double KNEE_MEL = KNEE_HERTZ / HERTZ_PER_MEL;
  private static final double LOG_STEP = Math.log(6.4) / 27;

  private MelTables() {}

  /** Symmetric Hann window: the first and the last value are 0. */
  static float[] window(Mel mel) {
    float[] window = new float[mel.window()];
    for (int i = 0; i < window.length; i++) {
      window[i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / (window.length - 1)));
    }
    return window;
  }

  /** Triangles of equal area, of shape [bands, fftSize / 2 + 1]. */
  static float[] bank(Mel mel) {
    int bins = mel.fftSize() / 2 + 1;
    double low = toMel(mel.lowest());
    double high = toMel(mel.highest());
    double[] edges = new double[mel.bands() + 2]; // in hertz
    for (int i = 0; i < edges.length; i++) {
      edges[i] = toHertz(low + (high - low) * i / (edges.length - 1));
    }
    float[] bank = new float[mel.bands() * bins];
    for (int b = 0; b < mel.bands(); b++) {
      double area = (edges[b + 2] - edges[b]) / 2;
      for (int k = 0; k < bins; k++) {
        double hertz = (double) k * mel.sampleRate() / mel.fftSize();
        double up = (hertz - edges[b]) / (edges[b + 1] - edges[b]);
        double down = (edges[b + 2] - hertz) / (edges[b + 2] - edges[b + 1]);
        bank[b * bins + k] = (float) (Math.max(0, Math.min(up, down)) / area);
      }
    }
    return bank;
  }

  private static double toMel(double hertz) {
    return hertz < KNEE_HERTZ
        ? hertz / HERTZ_PER_MEL
        : KNEE_MEL + Math.log(hertz / KNEE_HERTZ) / LOG_STEP;
  }

  private static double toHertz(double mel) {
    return mel < KNEE_MEL
        ? mel * HERTZ_PER_MEL
        : KNEE_HERTZ * Math.exp((mel - KNEE_MEL) * LOG_STEP);
  }
}
