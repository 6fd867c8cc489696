package org.emova4j.eval.metric;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
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

  private static final double LOW = 0.025;
  private static final double HIGH = 0.975;

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

  /** The mean over items. NaN values are left out, and not counted. */
  public Estimate mean(Collection<Observation<Double>> observations) {
    return figure(
        observations.stream().filter(o -> !o.value().isNaN()).toList(), Bootstrap::average);
  }

  /**
   * A figure of all items together, e.g. a word error rate (edits over words) or a PNMI. Resamples
   * for which it is NaN are left out; if half of them are, there is no interval. Where a figure
   * only adds things up, add up each cluster's beforehand: it is much less work.
   *
   * @param figure of the values of a resample, in the order of clusters and items; called {@link
   *     #resamples} + 1 times
   * @throws IllegalArgumentException if a cluster has two items of one name
   */
  public <T> Estimate figure(
      Collection<Observation<T>> observations, ToDoubleFunction<List<T>> figure) {
    Collection<List<T>> clusters = clusters(observations).values();
    double[] resampled = resampled(clusters, figure);
    return new Estimate(
        figure.applyAsDouble(flat(clusters)),
        Sorted.quantile(resampled, LOW),
        Sorted.quantile(resampled, HIGH),
        observations.size(),
        clusters.size());
  }

  /**
   * The mean over items that both have of second minus first. Pairs of which one is NaN are left
   * out, and not counted.
   *
   * @throws IllegalArgumentException if a cluster has two items of one name
   */
  public Difference difference(
      Collection<Observation<Double>> first, Collection<Observation<Double>> second) {
    List<Observation<Pair<Double>>> pairs =
        pairs(first, second).stream()
            .filter(o -> !o.value().first().isNaN() && !o.value().second().isNaN())
            .toList();
    return difference(
        pairs, values -> average(values.stream().map(p -> p.second() - p.first()).toList()));
  }

  /**
   * The figure of the second minus that of the first, over items that both have.
   *
   * @throws IllegalArgumentException if a cluster has two items of one name
   */
  public <T> Difference difference(
      Collection<Observation<T>> first,
      Collection<Observation<T>> second,
      ToDoubleFunction<List<T>> figure) {
    return difference(
        pairs(first, second),
        pairs ->
            figure.applyAsDouble(pairs.stream().map(Pair::second).toList())
                - figure.applyAsDouble(pairs.stream().map(Pair::first).toList()));
  }

  private <T> Difference difference(
      List<Observation<Pair<T>>> pairs, ToDoubleFunction<List<Pair<T>>> figure) {
    Estimate estimate = figure(pairs, figure);
    return new Difference(
        estimate.value(), estimate.low(), estimate.high(), estimate.items(), estimate.clusters());
  }

  private record Pair<T>(T first, T second) {}

  private static <T> List<Observation<Pair<T>>> pairs(
      Collection<Observation<T>> first, Collection<Observation<T>> second) {
    Map<String, Map<String, T>> seconds = byClusterAndItem(second);
    List<Observation<Pair<T>>> pairs = new ArrayList<>();
    for (Observation<T> one : first) {
      T other = seconds.getOrDefault(one.cluster(), Map.of()).get(one.item());
      if (other != null) {
        pairs.add(new Observation<>(one.cluster(), one.item(), new Pair<>(one.value(), other)));
      }
    }
    return pairs;
  }

  /** The values of each cluster, both by name. */
  private static <T> Map<String, List<T>> clusters(Collection<Observation<T>> observations) {
    Map<String, List<T>> clusters = new TreeMap<>();
    byClusterAndItem(observations)
        .forEach((cluster, items) -> clusters.put(cluster, List.copyOf(items.values())));
    return clusters;
  }

  private static <T> Map<String, Map<String, T>> byClusterAndItem(
      Collection<Observation<T>> observations) {
    Map<String, Map<String, T>> clusters = new TreeMap<>();
    for (Observation<T> o : observations) {
      Map<String, T> items = clusters.computeIfAbsent(o.cluster(), c -> new TreeMap<>());
      if (items.put(o.item(), o.value()) != null) {
        throw new IllegalArgumentException(
            "cluster %s has two items %s".formatted(o.cluster(), o.item()));
      }
    }
    return clusters;
  }

  /** The figure of each resample, sorted; empty if that is no ground for an interval. */
  private <T> double[] resampled(Collection<List<T>> clusters, ToDoubleFunction<List<T>> figure) {
    if (clusters.size() < 2) {
      return new double[0];
    }
    List<List<T>> all = List.copyOf(clusters);
    SplittableRandom random = new SplittableRandom(seed);
    double[] figures = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      List<List<T>> sample = random.ints(all.size(), 0, all.size()).mapToObj(all::get).toList();
      figures[r] = figure.applyAsDouble(flat(sample));
    }
    double[] defined = Arrays.stream(figures).filter(f -> !Double.isNaN(f)).sorted().toArray();
    return defined.length > resamples / 2 ? defined : new double[0];
  }

  private static <T> List<T> flat(Collection<List<T>> clusters) {
    return clusters.stream().flatMap(List::stream).toList();
  }

  private static double average(List<Double> values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.size();
  }
}
