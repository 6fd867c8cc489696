package org.emova4j.eval.metric;

import java.util.List;

/**
 * Where as many targets are refused as others are let in.
 *
 * @param rate 0 (told apart) to 0.5 (chance) to 1; on the line between the two neighbouring points
 *     of the ROC's curve, as scikit-learn's {@code roc_curve} with linear interpolation gives it
 * @param threshold the score there
 * @param targets scores of the same
 * @param others scores of different ones
 */
public record EqualErrorRate(double rate, double threshold, int targets, int others) {
  /**
   * @param targets scores of trials that should be accepted: the higher, the surer; at least one
   * @param others scores of trials that should be refused; at least one
   * @throws IllegalArgumentException if one is empty or a score is NaN
   */
  public static EqualErrorRate of(double[] targets, double[] others) {
    return Later.yet();
  }

  /**
   * Of speaker verification by cosine, over all pairs of items.
   *
   * @param embeddings of each item, of one length, none zero
   * @param speakers of each item; at least one has two items, and there are at least two
   */
  public static EqualErrorRate ofSpeakers(List<double[]> embeddings, List<String> speakers) {
    return Later.yet();
  }
}
