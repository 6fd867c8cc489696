package org.emova4j.eval.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where as many targets are refused as others are let in.
 *
 * @param rate 0 (told apart) to 0.5 (chance) to 1; where the line between two neighbouring points
 *     of the ROC curve crosses the diagonal
 * @param threshold the least score that is accepted at the nearer of these points
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
    double[] right = sorted("targets", targets);
    double[] wrong = sorted("others", others);
    int refused = right.length; // of the targets, at a threshold above all
    int accepted = 0; // of the others
    double threshold = Double.POSITIVE_INFINITY;
    while (true) {
      double miss = (double) refused / right.length;
      double alarm = (double) accepted / wrong.length;
      double next =
          Math.max(
              refused > 0 ? right[refused - 1] : Double.NEGATIVE_INFINITY,
              accepted < wrong.length
                  ? wrong[wrong.length - 1 - accepted]
                  : Double.NEGATIVE_INFINITY);
      while (refused > 0 && right[refused - 1] >= next) {
        refused--;
      }
      while (accepted < wrong.length && wrong[wrong.length - 1 - accepted] >= next) {
        accepted++;
      }
      double nextMiss = (double) refused / right.length;
      double nextAlarm = (double) accepted / wrong.length;
      if (nextAlarm >= nextMiss) {
        double part = (miss - alarm) / (miss - alarm + nextAlarm - nextMiss);
        return new EqualErrorRate(
            alarm + part * (nextAlarm - alarm),
            part < 0.5 ? threshold : next,
            right.length,
            wrong.length);
      }
      threshold = next;
    }
  }

  /**
   * Of speaker verification by cosine, over all pairs of items.
   *
   * @param embeddings of each item, of one length, none zero
   * @param speakers of each item
   * @throws IllegalArgumentException if no two items have the same speaker, or all have, or a
   *     vector is zero
   */
  public static EqualErrorRate ofSpeakers(List<double[]> embeddings, List<String> speakers) {
    if (embeddings.size() != speakers.size()) {
      throw new IllegalArgumentException(
          "%d embeddings, %d speakers".formatted(embeddings.size(), speakers.size()));
    }
    List<Double> same = new ArrayList<>();
    List<Double> different = new ArrayList<>();
    for (int i = 0; i < speakers.size(); i++) {
      for (int j = 0; j < i; j++) {
        double cosine = Distances.cosine(embeddings.get(i), embeddings.get(j));
        (speakers.get(i).equals(speakers.get(j)) ? same : different).add(cosine);
      }
    }
    return of(values(same), values(different));
  }

  private static double[] values(List<Double> scores) {
    return scores.stream().mapToDouble(score -> score).toArray();
  }

  private static double[] sorted(String name, double[] scores) {
    if (scores.length == 0) {
      throw new IllegalArgumentException("there are no " + name);
    }
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    if (Double.isNaN(sorted[sorted.length - 1])) {
      throw new IllegalArgumentException("a score of the %s is NaN".formatted(name));
    }
    return sorted;
  }
}
