package org.emova4j.vocoder.internal;

/**
 * Band-limited pulses that follow F0: the closed form of a mean of cosines up to 7600 Hz, scaled so
 * that power doesn't depend on F0. Sample n takes the F0 of the nearest frame. Made in order, from
 * the first sample to the last. Confined to one thread.
 */
final class PulseTrain {
  private static final int RATE = 16_000;
  private static final int HOP = 160;
  private static final double BAND = 7600; // hertz
  private static final double UNVOICED_HZ = 100; // speed of the phase where there is no pulse

  /** Mean difference of successive normally distributed numbers over their deviation. */
  private static final double DIFFERENCE = 2 / Math.sqrt(Math.PI);

  private final float[] f0;
  private final double jitter; // deviation of a period's length
  private double phase; // in periods, 0 to 1
  private long pulses;
  private double factor = 1;
  private int next;

  /**
   * @param f0 hertz, 0 where unvoiced, of shape [frames]
   * @param jitter mean difference of successive periods, as a fraction of the period
   */
  PulseTrain(float[] f0, double jitter) {
    this.f0 = f0;
    this.jitter = jitter / DIFFERENCE;
  }

  /** The next sample; the last frame holds. */
  float next() {
    int frame = (int) Math.min((next + HOP / 2L) / HOP, f0.length - 1L);
    next++;
    boolean voiced = f0[frame] > 0;
    double hertz = voiced ? f0[frame] : UNVOICED_HZ;
    phase += hertz * factor / RATE;
    if (phase >= 1) {
      phase -= 1;
      pulses++;
      if (jitter > 0) {
        // another stretch of the same noise: one number for each pulse
        double deviation = jitter * WhiteNoise.at(-pulses);
        factor = Math.max(0.5, Math.min(2, 1 + deviation));
      }
    }
    if (!voiced) {
      return 0;
    }
    double half = Math.PI * phase;
    double cosines = Math.floor(BAND / hertz);
    double denominator = Math.sin(half);
    double dirichlet =
        Math.abs(denominator) < 1e-4
            ? 2 * cosines + 1
            : Math.sin((2 * cosines + 1) * half) / denominator;
    return (float) ((dirichlet - 1) / (2 * cosines) * Math.sqrt(RATE / hertz));
  }
}
