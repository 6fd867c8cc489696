package org.emova4j.eval.metric;

/** How much a style control changes a measure. */
public final class EffectSize {
  private EffectSize() {}

  /** Interval from one frequency to another, in semitones; both positive. */
  public static double semitones(double fromHertz, double toHertz) {
    return Later.yet();
  }

  /** Change of a duration, rate or the like, in percent of where it was (positive). */
  public static double percent(double from, double to) {
    return Later.yet();
  }

  /**
   * Standardised mean difference of two independent samples (Hedges' g: pooled deviation, corrected
   * for small samples; L. Hedges, 1981); positive if the second is larger. NaN with fewer than two
   * values in one, or no deviation.
   */
  public static double hedges(double[] first, double[] second) {
    return Later.yet();
  }

  /**
   * Standardised mean of paired differences (Cohen's d_z); positive if the second is larger. NaN
   * with fewer than two pairs or no deviation.
   */
  public static double paired(double[] first, double[] second) {
    return Later.yet();
  }

  /**
   * Cliff's delta: how much likelier a value of the second exceeds one of the first than the other
   * way round, -1..1.
   */
  public static double cliff(double[] first, double[] second) {
    return Later.yet();
  }
}
