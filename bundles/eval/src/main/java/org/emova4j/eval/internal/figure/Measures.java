package org.emova4j.eval.internal.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.emova4j.eval.Better;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.internal.observe.Observation;
import org.emova4j.eval.metric.Bootstrap;

/** Collects the measures of a section. Confined to one thread. */
final class Measures {
  private final String section;
  private final Clusters clusters;
  private final Map<Corpus.Item, Observation> seen;
  private final List<Measure<?>> all = new ArrayList<>();

  /**
   * @param seen of each item
   */
  Measures(String section, Clusters clusters, Map<Corpus.Item, Observation> seen) {
    this.section = section;
    this.clusters = clusters;
    this.seen = seen;
  }

  /** What is resampled as a whole: speakers, if there are two or more; else each recording. */
  record Clusters(boolean speakers) {
    static Clusters of(Corpus corpus) {
      return new Clusters(
          corpus.items().stream().map(Corpus.Item::cluster).distinct().count() >= 2);
    }

    String of(Corpus.Item item) {
      return speakers ? item.cluster() : item.name();
    }
  }

  List<Measure<?>> all() {
    return all;
  }

  /** What is known of items, where something is; null leaves an item out. */
  <T> List<Bootstrap.Observation<T>> observations(
      Function<Map.Entry<Corpus.Item, Observation>, T> known) {
    List<Bootstrap.Observation<T>> observations = new ArrayList<>();
    for (Map.Entry<Corpus.Item, Observation> each : seen.entrySet()) {
      T value = known.apply(each);
      if (value != null) {
        Corpus.Item item = each.getKey();
        observations.add(new Bootstrap.Observation<>(clusters.of(item), item.name(), value));
      }
    }
    return observations;
  }

  /** The mean over recordings of a number that each has. */
  void mean(String name, String label, String unit, Better better, String number, double factor) {
    List<Bootstrap.Observation<Double>> numbers =
        observations(
            each -> {
              double value = factor * each.getValue().number(number);
              return Double.isNaN(value) ? null : value;
            });
    mean(name, label, unit, better, numbers);
  }

  /** The mean of numbers. */
  void mean(
      String name,
      String label,
      String unit,
      Better better,
      List<Bootstrap.Observation<Double>> numbers) {
    add(name, label, unit, better, Measure.Interval.BOOTSTRAP, numbers, Measures::mean);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  /** A measure, unless there is nothing to draw it of. */
  <T> void add(
      String name,
      String label,
      String unit,
      Better better,
      Measure.Interval interval,
      List<Bootstrap.Observation<T>> observations,
      ToDoubleFunction<List<T>> figure) {
    if (!observations.isEmpty()) {
      all.add(new Measure<>(section, name, label, unit, better, interval, observations, figure));
    }
  }
}
