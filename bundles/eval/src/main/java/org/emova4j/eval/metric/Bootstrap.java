package org.emova4j.eval.metric;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * 95 % intervals by resampling whole clusters (speakers) with replacement, since what one speaker
 * says isn't independent (A. Davison and D. Hinkley, "Bootstrap Methods and their Application",
 * 1997, section 3.8; M. Bisani and H. Ney, 2004): quantiles 2.5 % and 97.5 % of the resampled
 * figure. Neither the order of items nor of clusters changes the result; the seed does.
 *
 * @param seed of the resampling
 * @param resamples 100 to 1,000,000
 */
public record Bootstrap(long seed, int resamples) {
  /** 1,000 resamples, seed 1. */
  public static final Bootstrap DEFAULT = new Bootstrap(1, 1000);

  public Bootstrap {
    if (resamples < 100 || resamples > 1_000_000) {
      throw new IllegalArgumentException(
          "resamples %d is outside 100..1000000".formatted(resamples));
    }
  }

  /**
   * What was measured of an item.
   *
   * @param cluster e.g. its speaker
   * @param item its name, unique in its cluster: what makes the order of items immaterial
   * @param value a number, or what a figure is computed of
   */
  public record Observation<T>(String cluster, String item, T value) {
    public Observation {
      requireNonNull(cluster, "cluster");
      requireNonNull(item, "item");
      requireNonNull(value, "value");
    }
  }

  /**
   * A figure with its interval.
   *
   * @param value of all items; NaN without items
   * @param low end of the 95 % interval; NaN with fewer than two clusters
   * @param high end of the 95 % interval; NaN with fewer than two clusters
   * @param items it is made of
   * @param clusters these are of
   */
  public record Estimate(double value, double low, double high, int items, int clusters) {}

  /**
   * A paired difference, second minus first, with its interval.
   *
   * @param value of all pairs; NaN without pairs
   * @param low end of the 95 % interval; NaN with fewer than two clusters
   * @param high end of the 95 % interval; NaN with fewer than two clusters
   * @param items pairs it is made of
   * @param clusters these are of
   */
  public record Difference(double value, double low, double high, int items, int clusters) {
    /** Whether it may be chance: the interval holds 0, or there is none. */
    public boolean noise() {
      return !(low > 0 || high < 0);
    }
  }

  /** The mean over items. NaN values are left out. */
  public Estimate mean(Collection<Observation<Double>> observations) {
    return Later.yet();
  }

  /**
   * A figure of all items together, e.g. a word error rate (edits over words) or a PNMI.
   *
   * @param figure of the values of a resample, in the order of clusters and items; called {@link
   *     #resamples} + 1 times
   */
  public <T> Estimate figure(
      Collection<Observation<T>> observations, ToDoubleFunction<List<T>> figure) {
    return Later.yet();
  }

  /**
   * The mean over items that both have of second minus first.
   *
   * @throws IllegalArgumentException if they have no item in common
   */
  public Difference difference(
      Collection<Observation<Double>> first, Collection<Observation<Double>> second) {
    return Later.yet();
  }

  /** The figure of the second minus that of the first, over items that both have. */
  public <T> Difference difference(
      Collection<Observation<T>> first,
      Collection<Observation<T>> second,
      ToDoubleFunction<List<T>> figure) {
    return Later.yet();
  }
}
