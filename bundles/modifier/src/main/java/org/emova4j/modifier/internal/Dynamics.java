package org.emova4j.modifier.internal;

import java.util.Arrays;
import org.emova4j.engine.dsp.LogMel;

/**
 * Loudness over a recording: one gain for all, and deviations of the level from that of active
 * speech made wider or narrower, by 12 dB at most. Immutable.
 */
final class Dynamics {
  private static final int RATE = 100;
  private static final int HOP = LogMel.HOP;
  private static final double NEPER = Math.log(10) / 20; // natural logarithm of a decibel
  private static final double MOST = 12 * NEPER;
  private static final double ACTIVE = 3; // nepers below the loudest that still count as speech
  private static final double FLOOR = 1e-5;

  private final double gain;
  private final float[] gains; // natural logarithms, of shape [frames]; empty where all is the same

  /**
   * @param band the recording at 16 kHz
   */
  Dynamics(float[] band, Changes changes) {
    gain = changes.energy() * NEPER;
    gains = changes.contrast() == 1 ? new float[0] : levels(band);
    if (gains.length == 0) {
      return;
    }
    float[] sorted = gains.clone();
    Arrays.sort(sorted);
    double threshold = sorted[(int) (0.99 * (sorted.length - 1))] - ACTIVE;
    double active =
        Arrays.stream(box(sorted)).filter(level -> level >= threshold).average().orElse(0);
    for (int t = 0; t < gains.length; t++) {
      double wanted = (changes.contrast() - 1) * Math.max(-ACTIVE, gains[t] - active);
      gains[t] = (float) Math.max(-MOST, Math.min(MOST, wanted));
    }
  }

  private static double[] box(float[] values) {
    double[] boxed = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }

  /** Natural logarithm of the root mean square of 40 ms around each frame. */
  private static float[] levels(float[] band) {
    float[] levels = new float[band.length / HOP + 1];
    for (int t = 0; t < levels.length; t++) {
      int from = Math.max(0, (t - 2) * HOP);
      int to = Math.min(band.length, (t + 2) * HOP);
      double power = 0;
      for (int i = from; i < to; i++) {
        power += (double) band[i] * band[i];
      }
      levels[t] = (float) Math.log(Math.max(FLOOR, Math.sqrt(power / Math.max(1, to - from))));
    }
    return levels;
  }

  /** The factor of amplitudes at a time in seconds. */
  double at(double seconds) {
    if (gains.length == 0) {
      return Math.exp(gain);
    }
    double position = Math.max(0, Math.min(gains.length - 1.0, seconds * RATE));
    int below = (int) position;
    int above = Math.min(below + 1, gains.length - 1);
    double part = position - below;
    return Math.exp(gain + (1 - part) * gains[below] + part * gains[above]);
  }
}
