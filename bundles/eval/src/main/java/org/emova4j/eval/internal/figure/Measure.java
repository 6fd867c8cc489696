package org.emova4j.eval.internal.figure;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.emova4j.eval.Better;
import org.emova4j.eval.Comparison;
import org.emova4j.eval.Figure;
import org.emova4j.eval.metric.Bootstrap;
import org.emova4j.eval.metric.Bootstrap.Observation;

/**
 * A figure, and what it is drawn of.
 *
 * @param <T> what is known of an item
 * @param section e.g. {@code tokenizer}
 * @param name for programs
 * @param label for people
 * @param unit of the value
 * @param interval how the interval is found
 * @param observations of each item
 * @param figure of what is known of items; NaN if that is too little
 */
record Measure<T>(
    String section,
    String name,
    String label,
    String unit,
    Better better,
    Interval interval,
    List<Observation<T>> observations,
    ToDoubleFunction<List<T>> figure) {
  private static final double NORMAL_97_5 = 1.959964;

  /** How intervals are found. */
  enum Interval {
    BOOTSTRAP,
    /**
     * Leaving out one cluster at a time (B. Efron and C. Stein, 1981): for figures that count how
     * many different things occur, which a resample, with its repetitions, always has fewer of.
     */
    JACKKNIFE
  }

  Figure estimate(String subject, Bootstrap bootstrap) {
    Bootstrap.Estimate found =
        interval == Interval.BOOTSTRAP
            ? bootstrap.figure(observations, figure)
            : jackknife(observations, figure);
    boolean none = Double.isNaN(found.low()) || Double.isNaN(found.high());
    return new Figure(
        subject,
        section,
        name,
        label,
        unit,
        better,
        found.value(),
        found.low(),
        found.high(),
        found.items(),
        found.clusters(),
        none ? "none" : interval.name().toLowerCase(java.util.Locale.ROOT));
  }

  /** The other's figure minus this one's, over what both have. */
  Comparison against(String first, String second, Measure<?> other, Bootstrap bootstrap) {
    @SuppressWarnings("unchecked") // measures of one name are drawn of the same kind of thing
    Measure<T> same = (Measure<T>) other;
    Bootstrap.Difference found =
        interval == Interval.BOOTSTRAP
            ? bootstrap.difference(observations, same.observations, figure)
            : jackknifeDifference(same);
    return new Comparison(
        first,
        second,
        section,
        name,
        label,
        unit,
        found.value(),
        found.low(),
        found.high(),
        found.items(),
        found.clusters(),
        verdict(found));
  }

  /** Whether a difference can be drawn. */
  boolean sharesItemsWith(Measure<?> other) {
    Set<List<String>> mine =
        observations.stream().map(o -> List.of(o.cluster(), o.item())).collect(Collectors.toSet());
    return other.observations.stream().anyMatch(o -> mine.contains(List.of(o.cluster(), o.item())));
  }

  private Comparison.Verdict verdict(Bootstrap.Difference found) {
    if (found.noise()) {
      return Comparison.Verdict.NOISE;
    }
    return switch (better) {
      case HIGHER -> found.value() > 0 ? Comparison.Verdict.BETTER : Comparison.Verdict.WORSE;
      case LOWER -> found.value() < 0 ? Comparison.Verdict.BETTER : Comparison.Verdict.WORSE;
      case NEITHER -> Comparison.Verdict.DIFFERENT;
    };
  }

  private record Pair<T>(T first, T second) {}

  private Bootstrap.Difference jackknifeDifference(Measure<T> other) {
    Map<List<String>, T> mine =
        observations.stream()
            .collect(Collectors.toMap(o -> List.of(o.cluster(), o.item()), Observation::value));
    List<Observation<Pair<T>>> pairs =
        other.observations.stream()
            .filter(o -> mine.containsKey(List.of(o.cluster(), o.item())))
            .map(
                o ->
                    new Observation<>(
                        o.cluster(),
                        o.item(),
                        new Pair<>(mine.get(List.of(o.cluster(), o.item())), o.value())))
            .toList();
    Bootstrap.Estimate found =
        jackknife(
            pairs,
            list ->
                figure.applyAsDouble(list.stream().map(Pair::second).toList())
                    - figure.applyAsDouble(list.stream().map(Pair::first).toList()));
    return new Bootstrap.Difference(
        found.value(), found.low(), found.high(), found.items(), found.clusters());
  }

  static <T> Bootstrap.Estimate jackknife(
      List<Observation<T>> observations, ToDoubleFunction<List<T>> figure) {
    Map<String, TreeMap<String, T>> clusters = new TreeMap<>();
    for (Observation<T> each : observations) {
      clusters.computeIfAbsent(each.cluster(), c -> new TreeMap<>()).put(each.item(), each.value());
    }
    double whole = figure.applyAsDouble(without(clusters, null));
    int n = clusters.size();
    if (n < 2) {
      return new Bootstrap.Estimate(whole, Double.NaN, Double.NaN, observations.size(), n);
    }
    double[] parts =
        new TreeSet<>(clusters.keySet())
            .stream().mapToDouble(c -> figure.applyAsDouble(without(clusters, c))).toArray();
    double mean = java.util.Arrays.stream(parts).average().orElseThrow();
    double squares = java.util.Arrays.stream(parts).map(p -> (p - mean) * (p - mean)).sum();
    double error = NORMAL_97_5 * Math.sqrt(squares * (n - 1) / n);
    return new Bootstrap.Estimate(whole, whole - error, whole + error, observations.size(), n);
  }

  private static <T> List<T> without(Map<String, TreeMap<String, T>> clusters, String left) {
    return clusters.entrySet().stream()
        .filter(cluster -> !cluster.getKey().equals(left))
        .flatMap(cluster -> cluster.getValue().values().stream())
        .toList();
  }
}
