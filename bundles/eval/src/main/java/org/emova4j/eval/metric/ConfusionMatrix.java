package org.emova4j.eval.metric;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/** What was taken for what. Immutable. */
public final class ConfusionMatrix {
  private final List<String> labels;
  private final int[][] counts; // (truth, predicted)
  private final int items;

  private ConfusionMatrix(List<String> labels, int[][] counts, int items) {
    this.labels = labels;
    this.counts = counts;
    this.items = items;
  }

  /**
   * @param truth of each item
   * @param predicted of each item
   * @throws IllegalArgumentException if there aren't as many of both
   */
  public static ConfusionMatrix of(List<String> truth, List<String> predicted) {
    if (truth.size() != predicted.size()) {
      throw new IllegalArgumentException(
          "%d items, %d predictions".formatted(truth.size(), predicted.size()));
    }
    TreeSet<String> all = new TreeSet<>(truth);
    all.addAll(predicted);
    List<String> labels = List.copyOf(new ArrayList<>(all));
    int[][] counts = new int[labels.size()][labels.size()];
    for (int i = 0; i < truth.size(); i++) {
      counts[index(labels, truth.get(i))][index(labels, predicted.get(i))]++;
    }
    return new ConfusionMatrix(labels, counts, truth.size());
  }

  private static int index(List<String> labels, String label) {
    return Collections.binarySearch(labels, label);
  }

  /** All labels of either side, in order. */
  public List<String> labels() {
    return labels;
  }

  /** How many items are the one and were taken for the other; 0 for labels that don't occur. */
  public int count(String truth, String predicted) {
    int row = index(labels, truth);
    int column = index(labels, predicted);
    return row < 0 || column < 0 ? 0 : counts[row][column];
  }

  /** How many items there are. */
  public int items() {
    return items;
  }

  /** The part that was told right, 0..1; NaN without items. */
  public double accuracy() {
    int right = 0;
    for (int i = 0; i < counts.length; i++) {
      right += counts[i][i];
    }
    return (double) right / items;
  }

  /**
   * The mean over true labels of the part told right, 0..1 (unweighted average recall); NaN without
   * items.
   */
  public double balancedAccuracy() {
    double sum = 0;
    int occurring = 0;
    for (int i = 0; i < counts.length; i++) {
      int row = 0;
      for (int count : counts[i]) {
        row += count;
      }
      if (row > 0) {
        sum += (double) counts[i][i] / row;
        occurring++;
      }
    }
    return sum / occurring;
  }
}
