package org.emova4j.modifier.internal;

/**
 * More or less noise in voiced speech. What one period has that the mean of its two neighbours has
 * not is its noise (and some of what changes from period to period); a share of that is added to
 * the period, or taken off, and the power kept. Noise goes down by 4.8 dB at most, and up by 12.
 */
final class Breath {
  private static final double MOST = 12; // decibels
  private static final double LEAST_POWER =
      1.0 / 3; // what is left of noise where the share is -2/3

  /** What is added of the difference. */
  private final double share;

  /**
   * @param decibels of noise
   */
  Breath(double decibels) {
    // Noise of power 1 that is independent from period to period becomes (1 + k)^2 + k^2 / 2.
    double power = Math.max(LEAST_POWER, Math.pow(10, Math.min(MOST, decibels) / 10));
    share = decibels == 0 ? 0 : (Math.sqrt(Math.max(0, 4 + 6 * (power - 1))) - 2) / 3;
  }

  boolean changes() {
    return share != 0;
  }

  /**
   * Changes a period in place.
   *
   * @param period samples
   * @param before the same places of the period before
   * @param behind the same places of the period behind
   */
  void apply(float[] period, float[] before, float[] behind, int count) {
    double old = 1e-20;
    double now = 1e-20;
    for (int i = 0; i < count; i++) {
      double x = period[i];
      double y = x + share * (x - 0.5 * (before[i] + behind[i]));
      old += x * x;
      now += y * y;
      period[i] = (float) y;
    }
    float gain = (float) Math.max(0.5, Math.min(2, Math.sqrt(old / now)));
    for (int i = 0; i < count; i++) {
      period[i] *= gain;
    }
  }
}
