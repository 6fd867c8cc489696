package org.emova4j.eval.metric;

/** Order statistics of arrays that are sorted already. */
final class Sorted {
  private Sorted() {}

  /** NaN if there are no values. */
  static double median(double[] sorted) {
    return quantile(sorted, 0.5);
  }

  /** Linear between the two nearest values (Hyndman and Fan's type 7); NaN if there are none. */
  static double quantile(double[] sorted, double part) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double position = part * (sorted.length - 1);
    int below = (int) position;
    double above = sorted[Math.min(below + 1, sorted.length - 1)];
    return sorted[below] + (position - below) * (above - sorted[below]);
  }
}
