package org.emova4j.eval.metric;

import java.util.List;

/**
 * How well a label (a speaker, an emotion) can be told from features by {@link LogisticRegression},
 * by cross-validation whose folds never share a group: probing emotion, the groups are speakers;
 * probing speakers, they are sentences (or recordings). Features are standardised by what the
 * training folds say. Neither order nor naming of items changes the result.
 */
public final class Probe {
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
   */
  public static Result crossValidate(
      FeatureRows features, List<String> labels, List<String> groups, int folds, double penalty) {
    return Later.yet();
  }
}
