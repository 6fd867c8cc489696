package org.emova4j.eval.internal.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.internal.Hashes;
import org.emova4j.eval.metric.Bootstrap;
import org.emova4j.eval.metric.Distances;
import org.emova4j.eval.metric.EqualErrorRate;
import org.emova4j.eval.metric.FeatureRows;
import org.emova4j.eval.metric.Probe;

/** What can be told of a recording that its units should (or should not) tell. */
final class Probes {
  /** Fewest recordings of a label that it takes part with. */
  static final int LEAST = 3;

  /** Most labels (speakers), those whose hashes come first: the probe's time is their product. */
  static final int MOST_LABELS = 24;

  private static final int FOLDS = 5;
  private static final double PENALTY = 1;

  private Probes() {}

  /** A probe, and of each item whether it was right. */
  record Outcome(
      Probe.Result result, List<Corpus.Item> items, List<Bootstrap.Observation<Double>> right) {}

  /**
   * @param label of an item; empty leaves it out
   * @param group what must not be on both sides of a fold
   * @return empty if there is too little to tell apart
   */
  static Optional<Outcome> of(
      Map<Corpus.Item, int[]> units,
      int codebookSize,
      Function<Corpus.Item, Optional<String>> label,
      Function<Corpus.Item, String> group,
      Measures.Clusters clusters) {
    List<Corpus.Item> items = chosen(units.keySet().stream().toList(), label);
    List<String> labels = items.stream().map(item -> label.apply(item).orElseThrow()).toList();
    List<String> groups = items.stream().map(group).toList();
    if (labels.stream().distinct().count() < 2 || groups.stream().distinct().count() < 2) {
      return Optional.empty();
    }
    Probe.Result result =
        Probe.crossValidate(
            FeatureRows.histograms(codebookSize, items.stream().map(units::get).toList()),
            labels,
            groups,
            FOLDS,
            PENALTY);
    List<Bootstrap.Observation<Double>> right = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Corpus.Item item = items.get(i);
      double value = result.predicted().get(i).equals(labels.get(i)) ? 1 : 0;
      right.add(new Bootstrap.Observation<>(clusters.of(item), item.name(), value));
    }
    return Optional.of(new Outcome(result, items, right));
  }

  /** Items by name of labels that have enough of them. */
  private static List<Corpus.Item> chosen(
      List<Corpus.Item> items, Function<Corpus.Item, Optional<String>> label) {
    Map<String, List<Corpus.Item>> byLabel = new HashMap<>();
    for (Corpus.Item item : items) {
      label
          .apply(item)
          .ifPresent(text -> byLabel.computeIfAbsent(text, l -> new ArrayList<>()).add(item));
    }
    return byLabel.entrySet().stream()
        .filter(entry -> entry.getValue().size() >= LEAST)
        .sorted(Comparator.comparing(entry -> Hashes.of(entry.getKey())))
        .limit(MOST_LABELS)
        .flatMap(entry -> entry.getValue().stream())
        .sorted(Comparator.comparing(Corpus.Item::name))
        .toList();
  }

  /** Scores of "are these two of one speaker?" with one speaker on the left. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Trials(double[] same, double[] other) {
    /** Of all speakers together; NaN if there are no trials of one kind. */
    static double equalErrorRate(List<Trials> trials) {
      double[] same = trials.stream().flatMapToDouble(t -> Arrays.stream(t.same())).toArray();
      double[] other = trials.stream().flatMapToDouble(t -> Arrays.stream(t.other())).toArray();
      return same.length == 0 || other.length == 0
          ? Double.NaN
          : EqualErrorRate.of(same, other).rate();
    }
  }

  /**
   * Verification by cosine, by speaker of the left side; scores of pairs of one recording are left
   * out.
   *
   * @param left embeddings of each item
   * @param right embeddings of each item, which may be the same
   */
  static List<Bootstrap.Observation<Trials>> trials(
      Map<Corpus.Item, double[]> left, Map<Corpus.Item, double[]> right) {
    Map<String, List<Double>> same = new TreeMap<>();
    Map<String, List<Double>> other = new TreeMap<>();
    for (Map.Entry<Corpus.Item, double[]> a : left.entrySet()) {
      for (Map.Entry<Corpus.Item, double[]> b : right.entrySet()) {
        Optional<String> speaker = a.getKey().speaker();
        if (speaker.isEmpty() || b.getKey().speaker().isEmpty() || a.getKey().equals(b.getKey())) {
          continue;
        }
        double score = Distances.cosine(a.getValue(), b.getValue());
        if (!Double.isNaN(score)) {
          Map<String, List<Double>> side = speaker.equals(b.getKey().speaker()) ? same : other;
          side.computeIfAbsent(speaker.get(), s -> new ArrayList<>()).add(score);
        }
      }
    }
    List<Bootstrap.Observation<Trials>> trials = new ArrayList<>();
    for (String speaker : same.keySet()) {
      trials.add(
          new Bootstrap.Observation<>(
              speaker,
              speaker,
              new Trials(array(same.get(speaker)), array(other.getOrDefault(speaker, List.of())))));
    }
    return trials;
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
