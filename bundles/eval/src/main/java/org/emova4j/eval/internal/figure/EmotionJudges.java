package org.emova4j.eval.internal.figure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.emova4j.eval.Better;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.Plot;
import org.emova4j.eval.internal.observe.Observation;
import org.emova4j.eval.internal.observe.ResynthesisMeasurement;
import org.emova4j.eval.internal.observe.StyleMeasurement;
import org.emova4j.eval.metric.Bootstrap;
import org.emova4j.eval.metric.ConfusionMatrix;
import org.emova4j.eval.metric.FeatureRows;
import org.emova4j.eval.metric.LogisticRegression;
import org.emova4j.eval.metric.Probe;

/**
 * Judges of emotions that know nothing of the style module, by the statistics of cepstra and
 * melody: one that learnt from the other recordings in the same styles, and one that learnt from
 * the corpus's own recordings, where these are labelled.
 */
final class EmotionJudges {
  private static final int FOLDS = 5;
  private static final double PENALTY = 1;
  private static final double PERCENT = 100;

  private final List<String> emotions;
  private final Measures measures;
  private final Measures.Clusters clusters;
  private final List<Plot> plots = new ArrayList<>();
  private final List<Corpus.Item> items = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private final List<double[]> features = new ArrayList<>();

  /**
   * @param controls emotions as they are asked for, by the names of their controls
   */
  EmotionJudges(
      Map<String, String> controls,
      Measures measures,
      Measures.Clusters clusters,
      Map<Corpus.Item, Observation> seen) {
    this.emotions = List.copyOf(controls.values());
    this.measures = measures;
    this.clusters = clusters;
    seen.forEach(
        (item, observation) ->
            controls.forEach(
                (control, emotion) -> {
                  double[] values = observation.vectors().get(StyleMeasurement.features(control));
                  if (values != null) {
                    items.add(item);
                    asked.add(emotion);
                    features.add(values);
                  }
                }));
  }

  /** Whether emotions can be told apart at all. */
  void tellApart() {
    List<String> groups = items.stream().map(Corpus.Item::name).toList();
    if (asked.stream().distinct().count() < 2 || groups.stream().distinct().count() < 2) {
      return;
    }
    Probe.Result result =
        Probe.crossValidate(FeatureRows.dense(features), asked, groups, FOLDS, PENALTY);
    add(
        "emotion_told_apart",
        "emotions told apart, by other recordings in them",
        "Emotions told apart",
        "Judged by what the other recordings are like in each emotion.",
        result.predicted());
  }

  /** What people's emotions, as the corpus labels them, make of those that were asked for. */
  void judgeByPeople(Map<Corpus.Item, Observation> recordings) {
    Map<Corpus.Item, Observation> labelled = new TreeMap<>(Comparator.comparing(Corpus.Item::name));
    recordings.forEach(
        (item, observation) -> {
          if (item.emotion().filter(emotions::contains).isPresent()) {
            labelled.put(item, observation);
          }
        });
    List<String> known =
        labelled.keySet().stream()
            .map(item -> item.emotion().orElseThrow())
            .distinct()
            .sorted()
            .toList();
    if (known.size() < 2 || asked.isEmpty()) {
      return;
    }
    List<double[]> learnt =
        labelled.values().stream()
            .map(o -> o.vectors().get(ResynthesisMeasurement.FEATURES))
            .toList();
    int[] classes =
        labelled.keySet().stream()
            .mapToInt(i -> known.indexOf(i.emotion().orElseThrow()))
            .toArray();
    double[][] chances =
        LogisticRegression.fit(
                FeatureRows.dense(standardised(learnt, learnt)), classes, known.size(), PENALTY)
            .probabilities(FeatureRows.dense(standardised(features, features)));
    List<String> heard = new ArrayList<>();
    for (double[] row : chances) {
      int best = 0;
      for (int c = 1; c < row.length; c++) {
        best = row[c] > row[best] ? c : best;
      }
      heard.add(known.get(best));
    }
    add(
        "emotion_as_people",
        "emotions heard as asked, by the corpus's own recordings",
        "Emotions as the corpus has them",
        "Judged by %d labelled recordings; each side is brought to its own mean and deviation."
            .formatted(labelled.size()),
        heard);
  }

  /** Each feature by the mean and deviation of others, so that voices as such don't count. */
  private static List<double[]> standardised(List<double[]> rows, List<double[]> by) {
    int columns = by.get(0).length;
    double[] means = new double[columns];
    double[] deviations = new double[columns];
    for (int c = 0; c < columns; c++) {
      int column = c;
      double mean = by.stream().mapToDouble(row -> row[column]).average().orElse(0);
      double variance =
          by.stream().mapToDouble(r -> (r[column] - mean) * (r[column] - mean)).average().orElse(0);
      means[c] = mean;
      deviations[c] = variance > 0 ? Math.sqrt(variance) : 1;
    }
    List<double[]> scaled = new ArrayList<>();
    for (double[] row : rows) {
      double[] values = new double[columns];
      for (int c = 0; c < columns; c++) {
        values[c] = (row[c] - means[c]) / deviations[c];
      }
      scaled.add(values);
    }
    return scaled;
  }

  private void add(String name, String label, String title, String caption, List<String> heard) {
    Map<Corpus.Item, double[]> counts = new TreeMap<>(Comparator.comparing(Corpus.Item::name));
    for (int i = 0; i < items.size(); i++) {
      double[] count = counts.computeIfAbsent(items.get(i), item -> new double[2]);
      count[0] += heard.get(i).equals(asked.get(i)) ? 1 : 0;
      count[1]++;
    }
    List<Bootstrap.Observation<Double>> shares =
        counts.entrySet().stream()
            .map(
                e ->
                    new Bootstrap.Observation<>(
                        clusters.of(e.getKey()),
                        e.getKey().name(),
                        PERCENT * e.getValue()[0] / e.getValue()[1]))
            .toList();
    measures.mean(name, label, "%", Better.HIGHER, shares);
    plots.add(Heats.confusion(title, caption, ConfusionMatrix.of(asked, heard), emotions));
  }

  /** Confusion matrices of the judges that judged. */
  List<Plot> plots() {
    return plots;
  }

  /** Empty if the catalogue names no emotion that changes nothing. */
  static Optional<String> plain(List<String> emotions, Map<String, ?> controls) {
    return emotions.stream().filter(e -> !controls.containsKey("emotion " + e)).findFirst();
  }
}
