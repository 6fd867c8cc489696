package org.emova4j.eval.metric;

import java.util.List;

/** What was taken for what. Immutable. */
public final class ConfusionMatrix {
  private ConfusionMatrix() {}

  /**
   * @param truth of each item
   * @param predicted of each item
   * @throws IllegalArgumentException if there aren't as many of both
   */
  public static ConfusionMatrix of(List<String> truth, List<String> predicted) {
    return Later.yet();
  }

  /** All labels of either side, in order. */
  public List<String> labels() {
    return Later.yet();
  }

  /** How many items are the one and were taken for the other. */
  public int count(String truth, String predicted) {
    return Later.yet();
  }

  /** How many items there are. */
  public int items() {
    return Later.yet();
  }

  /** The part that was told right, 0..1; NaN without items. */
  public double accuracy() {
    return Later.yet();
  }

  /** The mean over labels that occur of the part told right, 0..1 (unweighted average recall). */
  public double balancedAccuracy() {
    return Later.yet();
  }
}
