package org.emova4j.eval.metric;

import java.util.Arrays;
import org.apache.commons.math3.stat.StatUtils;

/** How much a style control changes a measure. */
public final class EffectSize {
  private EffectSize() {}

  /**
   * Interval from one frequency to another, in semitones.
   *
   * @throws IllegalArgumentException unless both are positive
   */
  public static double semitones(double fromHertz, double toHertz) {
    return 12 * Math.log(positive(toHertz) / positive(fromHertz)) / Math.log(2);
  }

  /**
   * Change of a duration, rate or the like, in percent of where it was.
   *
   * @throws IllegalArgumentException unless {@code from} is positive
   */
  public static double percent(double from, double to) {
    return 100 * (to - from) / positive(from);
  }

  /**
   * Standardised mean difference of two independent samples (Hedges' g: pooled deviation, corrected
   * for small samples by 1 - 3 / (4 n - 9); L. Hedges, 1981); positive if the second is larger. NaN
   * with fewer than two values in one, or no deviation.
   */
  public static double hedges(double[] first, double[] second) {
    int n = first.length + second.length;
    if (first.length < 2 || second.length < 2) {
      return Double.NaN;
    }
    double squares =
        (first.length - 1) * StatUtils.variance(first)
            + (second.length - 1) * StatUtils.variance(second);
    double difference = StatUtils.mean(second) - StatUtils.mean(first);
    return over(difference, Math.sqrt(squares / (n - 2))) * (1 - 3 / (4.0 * n - 9));
  }

  /**
   * Standardised mean of paired differences (Cohen's d_z); positive if the second is larger. NaN
   * with fewer than two pairs or no deviation.
   *
   * @throws IllegalArgumentException if the samples differ in length
   */
  public static double paired(double[] first, double[] second) {
    if (first.length != second.length) {
      throw new IllegalArgumentException("%d and %d values".formatted(first.length, second.length));
    }
    double[] differences = new double[first.length];
    Arrays.setAll(differences, i -> second[i] - first[i]);
    return first.length < 2
        ? Double.NaN
        : over(StatUtils.mean(differences), Math.sqrt(StatUtils.variance(differences)));
  }

  /**
   * Cliff's delta: how much likelier a value of the second exceeds one of the first than the other
   * way round, -1..1; NaN if one is empty.
   */
  public static double cliff(double[] first, double[] second) {
    long balance = 0;
    for (double x : first) {
      for (double y : second) {
        balance += y > x ? 1 : y < x ? -1 : 0;
      }
    }
    return balance / ((double) first.length * second.length);
  }

  private static double over(double difference, double deviation) {
    return deviation > 0 ? difference / deviation : Double.NaN;
  }

  private static double positive(double value) {
    if (!(value > 0) || !Double.isFinite(value)) {
      throw new IllegalArgumentException("%s is not positive".formatted(value));
    }
    return value;
  }
}
