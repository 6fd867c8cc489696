package org.emova4j.eval.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How well a label (a speaker, an emotion) can be told from features by {@link LogisticRegression},
 * by cross-validation whose folds never share a group: probing emotion, the groups are speakers;
 * probing speakers, they are sentences (or recordings). Groups go to folds so that each fold has
 * about as many items of each label. Features are standardised by what the training folds say. The
 * order of items doesn't change the result.
 */
public final class Probe {
  private static final double TOLERANCE = 1e-4; // scikit-learn's default: finer tells no better

  private Probe() {}

  /**
   * What a probe found.
   *
   * @param items that were predicted
   * @param folds that were used
   * @param accuracy the part that was told right, 0..1
   * @param chance accuracy of always saying the most frequent label of the training folds, 0..1
   * @param balancedAccuracy mean over labels of the part told right, 0..1; its chance is 1 / labels
   * @param equalErrorRate of "is it this label?", over all items and labels, by the labels' log
   *     odds, 0..1
   * @param predicted label of each item, as given
   * @param confusion what was taken for what
   */
  public record Result(
      int items,
      int folds,
      double accuracy,
      double chance,
      double balancedAccuracy,
      double equalErrorRate,
      List<String> predicted,
      ConfusionMatrix confusion) {
    public Result {
      predicted = List.copyOf(predicted);
    }
  }

  /**
   * @param features a row for each item
   * @param labels of each item; at least two different ones
   * @param groups of each item: what must not be on both sides; at least two different ones
   * @param folds at least 2; fewer are used if there are fewer groups
   * @param penalty see {@link LogisticRegression}; 1 is a good start
   * @throws IllegalArgumentException if that isn't so, or a training side has one label only
   */
  public static Result crossValidate(
      FeatureRows features, List<String> labels, List<String> groups, int folds, double penalty) {
    int items = features.rows();
    if (items != labels.size() || items != groups.size()) {
      throw new IllegalArgumentException(
          "%d rows of features, %d labels, %d groups"
              .formatted(items, labels.size(), groups.size()));
    }
    if (folds < 2) {
      throw new IllegalArgumentException("folds %d are fewer than 2".formatted(folds));
    }
    int[] foldOf = Folds.assign(labels, groups, folds);
    int used = Arrays.stream(foldOf).max().orElse(0) + 1;
    if (used < 2) {
      throw new IllegalArgumentException("there are fewer than two groups to tell apart");
    }
    // Sums depend on the order of what is added: items are brought into one of their own.
    int[] order = order(features, labels, groups);
    String[] predicted = new String[items];
    Scores scores = new Scores();
    int chanceRight = 0;
    for (int fold = 0; fold < used; fold++) {
      int current = fold;
      int[] training = Arrays.stream(order).filter(i -> foldOf[i] != current).toArray();
      int[] test = Arrays.stream(order).filter(i -> foldOf[i] == current).toArray();
      predict(features, labels, training, test, penalty, predicted, scores);
      String common = mostFrequent(labels, training);
      chanceRight += (int) Arrays.stream(test).filter(i -> labels.get(i).equals(common)).count();
    }
    ConfusionMatrix confusion = ConfusionMatrix.of(labels, List.of(predicted));
    return new Result(
        items,
        used,
        confusion.accuracy(),
        (double) chanceRight / items,
        confusion.balancedAccuracy(),
        scores.equalErrorRate(),
        List.of(predicted),
        confusion);
  }

  /** Log odds of labels that are true and of labels that aren't. */
  private static final class Scores {
    private final List<Double> targets = new ArrayList<>();
    private final List<Double> others = new ArrayList<>();

    void add(boolean target, double probability) {
      (target ? targets : others).add(Math.log(probability) - Math.log1p(-probability));
    }

    double equalErrorRate() {
      return EqualErrorRate.of(values(targets), values(others)).rate();
    }

    private static double[] values(List<Double> scores) {
      return scores.stream().mapToDouble(score -> score).toArray();
    }
  }

  private static void predict(
      FeatureRows features,
      List<String> labels,
      int[] training,
      int[] test,
      double penalty,
      String[] predicted,
      Scores scores) {
    List<String> known = Arrays.stream(training).mapToObj(labels::get).distinct().sorted().toList();
    if (known.size() < 2) {
      throw new IllegalArgumentException(
          "without one fold, all items are \"%s\"".formatted(known.get(0)));
    }
    FeatureRows learnt = features.select(training);
    double[] factors = Arrays.stream(learnt.deviations()).map(d -> d > 0 ? 1 / d : 1).toArray();
    int[] classes =
        Arrays.stream(training).map(i -> Collections.binarySearch(known, labels.get(i))).toArray();
    LogisticRegression regression =
        LogisticRegression.fit(learnt.scaled(factors), classes, known.size(), penalty, TOLERANCE);
    double[][] probabilities = regression.probabilities(features.select(test).scaled(factors));
    for (int t = 0; t < test.length; t++) {
      String truth = labels.get(test[t]);
      int best = 0;
      for (int c = 0; c < known.size(); c++) {
        best = probabilities[t][c] > probabilities[t][best] ? c : best;
        scores.add(known.get(c).equals(truth), probabilities[t][c]);
      }
      if (!known.contains(truth)) {
        scores.add(true, 0); // what was never heard can't be recognised
      }
      predicted[test[t]] = known.get(best);
    }
  }

  private static int[] order(FeatureRows features, List<String> labels, List<String> groups) {
    return IntStream.range(0, labels.size())
        .boxed()
        .sorted(
            Comparator.comparing((Integer i) -> groups.get(i))
                .thenComparing(labels::get)
                .thenComparing(features::compare))
        .mapToInt(i -> i)
        .toArray();
  }

  private static String mostFrequent(List<String> labels, int[] items) {
    Map<String, Integer> counts = new TreeMap<>();
    for (int item : items) {
      counts.merge(labels.get(item), 1, Integer::sum);
    }
    return Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
  }
}
