package org.emova4j.vocoder.internal;

import org.emova4j.api.style.Prosody;

/**
 * F0 and energy of what is to be said, 100 frames a second, before the speed changes. Immutable.
 */
final class Melody {
  static final double LEAST_HZ = 50;
  static final double MOST_HZ = 500;

  private static final int RATE = 100;
  private static final double REFERENCE_HZ = 120; // the networks read ln(F0 / 120 Hz)
  private static final double ENERGY_SCALE = 3;
  private static final float SILENCE = -7; // the floor of the log-mel, relative to active speech
  private static final int PAUSE = 25; // frames without voice that end a phrase
  private static final int RISE = 40; // frames over which a phrase's end rises

  private final float[] f0; // hertz, 0 where unvoiced
  private final float[] energy; // natural logarithm, relative to active speech

  private Melody(float[] f0, float[] energy) {
    this.f0 = f0;
    this.energy = energy;
  }

  /** A source's prosody, moved to the style's mean and range. */
  static Melody carried(Prosody prosody, int frames, LiteStyle style) {
    float[] sourceF0 = prosody.f0();
    float[] sourceEnergy = prosody.energy();
    float[] deviation = new float[frames];
    boolean[] voiced = new boolean[frames];
    float[] energy = new float[frames];
    double step = prosody.frameRate() / RATE;
    double mean = mean(sourceF0);
    for (int t = 0; t < frames; t++) {
      double position = t * step;
      int nearest = (int) Math.round(position);
      if (nearest >= sourceF0.length) {
        energy[t] = SILENCE;
        continue;
      }
      energy[t] = interpolate(sourceEnergy, position);
      voiced[t] = sourceF0[nearest] > 0;
      if (voiced[t]) {
        deviation[t] = (float) (logF0(sourceF0, position, nearest) - mean);
      }
    }
    return of(deviation, voiced, energy, style);
  }

  /**
   * Prosody that the network predicts.
   *
   * @param rows of shape [frames, 3]
   */
  static Melody predicted(float[] rows, LiteStyle style) {
    int frames = rows.length / VocoderNetwork.PROSODY;
    float[] deviation = new float[frames];
    boolean[] voiced = new boolean[frames];
    float[] energy = new float[frames];
    for (int t = 0; t < frames; t++) {
      deviation[t] = rows[3 * t];
      voiced[t] = rows[3 * t + 1] > 0;
      energy[t] = (float) (rows[3 * t + 2] * ENERGY_SCALE);
    }
    return of(deviation, voiced, energy, style);
  }

  private static Melody of(float[] deviation, boolean[] voiced, float[] energy, LiteStyle style) {
    int frames = deviation.length;
    float[] rise = rise(voiced, style.get(LiteStyle.FINAL_RISE) * Math.log(2) / 12);
    float[] f0 = new float[frames];
    double mean = style.get(LiteStyle.LN_F0_MEAN);
    double range = style.get(LiteStyle.F0_RANGE);
    double contrast = style.get(LiteStyle.ENERGY_CONTRAST);
    for (int t = 0; t < frames; t++) {
      if (voiced[t]) {
        double hertz = Math.exp(mean + range * deviation[t] + rise[t]);
        f0[t] = (float) Math.max(LEAST_HZ, Math.min(MOST_HZ, hertz));
      }
      energy[t] *= (float) contrast;
    }
    return new Melody(f0, energy);
  }

  /** A ramp up to the last voiced frame before each pause and the end. */
  private static float[] rise(boolean[] voiced, double height) {
    float[] rise = new float[voiced.length];
    if (height == 0) {
      return rise;
    }
    int last = -1; // voiced frame
    int start = 0; // of the phrase
    for (int t = 0; t <= voiced.length; t++) {
      boolean ends = t == voiced.length || (last >= 0 && t - last >= PAUSE);
      if (ends && last >= 0) {
        for (int i = Math.max(start, last - RISE + 1); i <= last; i++) {
          rise[i] = (float) (height * (i - (last - RISE)) / RISE);
        }
        last = -1;
      }
      if (t < voiced.length && voiced[t]) {
        start = last < 0 ? t : start;
        last = t;
      }
    }
    return rise;
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

  /** Between two voiced frames on a line, else that of the nearest. */
  private static double logF0(float[] f0, double position, int nearest) {
    int below = (int) position;
    double part = position - below;
    if (part > 0 && below + 1 < f0.length && f0[below] > 0 && f0[below + 1] > 0) {
      return (1 - part) * Math.log(f0[below]) + part * Math.log(f0[below + 1]);
    }
    return Math.log(f0[nearest]);
  }

  private static float interpolate(float[] values, double position) {
    int below = Math.min((int) position, values.length - 1);
    int above = Math.min(below + 1, values.length - 1);
    double part = position - below;
    return (float) ((1 - part) * values[below] + part * values[above]);
  }

  boolean voiced(int frame) {
    return f0[frame] > 0;
  }

  /** What the envelope network reads, of shape [to - from, 3]. */
  float[] rows(int from, int to) {
    float[] rows = new float[(to - from) * VocoderNetwork.PROSODY];
    for (int t = from; t < to; t++) {
      int i = (t - from) * VocoderNetwork.PROSODY;
      boolean voiced = f0[t] > 0;
      rows[i] = voiced ? (float) Math.log(f0[t] / REFERENCE_HZ) : 0;
      rows[i + 1] = voiced ? 1 : 0;
      rows[i + 2] = (float) (energy[t] / ENERGY_SCALE);
    }
    return rows;
  }

  /**
   * F0 at another speed: output frame t reads at {@code t * speed}.
   *
   * @return hertz, 0 where unvoiced, of shape [frames]
   */
  float[] f0(int frames, double speed) {
    if (speed == 1 && frames == f0.length) {
      return f0.clone();
    }
    float[] stretched = new float[frames];
    for (int t = 0; t < frames; t++) {
      double position = Math.min(t * speed, f0.length - 1);
      int nearest = (int) Math.round(position);
      if (f0[nearest] > 0) {
        stretched[t] = (float) Math.exp(logF0(f0, position, nearest));
      }
    }
    return stretched;
  }
}
