package org.emova4j.eval.metric;

import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/** Whether two series go together, -1..1; NaN with fewer than two values or a constant series. */
public final class Correlation {
  private Correlation() {}

  /**
   * Pearson's product-moment correlation.
   *
   * @throws IllegalArgumentException if the series differ in length
   */
  public static double pearson(double[] x, double[] y) {
    return defined(x, y) ? new PearsonsCorrelation().correlation(x, y) : Double.NaN;
  }

  /**
   * Spearman's rank correlation; ties get their mean rank. Of intensities and a measured effect it
   * says whether more is more: 1 where the effect grows with each step.
   *
   * @throws IllegalArgumentException if the series differ in length
   */
  public static double spearman(double[] x, double[] y) {
    return defined(x, y) ? new SpearmansCorrelation().correlation(x, y) : Double.NaN;
  }

  private static boolean defined(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException("%d and %d values".formatted(x.length, y.length));
    }
    return x.length > 1 && varies(x) && varies(y);
  }

  private static boolean varies(double[] x) {
    for (double value : x) {
      if (value != x[0]) {
        return true;
      }
    }
    return false;
  }
}
