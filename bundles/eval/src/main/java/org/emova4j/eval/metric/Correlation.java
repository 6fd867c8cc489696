package org.emova4j.eval.metric;

/** Whether two series go together, -1..1; NaN with fewer than two values or a constant series. */
public final class Correlation {
  private Correlation() {}

  /** Pearson's product-moment correlation. */
  public static double pearson(double[] x, double[] y) {
    return Later.yet();
  }

  /**
   * Spearman's rank correlation; ties get their mean rank. Of intensities and a measured effect it
   * says whether more is more: 1 where the effect grows with each step.
   */
  public static double spearman(double[] x, double[] y) {
    return Later.yet();
  }
}
