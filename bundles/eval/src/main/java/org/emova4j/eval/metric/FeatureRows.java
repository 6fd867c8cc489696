package org.emova4j.eval.metric;

import java.util.List;

/** A row of features for each item; zeros cost no memory. Immutable. */
public final class FeatureRows {
  private FeatureRows() {}

  /**
   * @param rows of shape [items, features], finite; copied
   * @throws IllegalArgumentException if rows differ in length or a value isn't finite
   */
  public static FeatureRows dense(List<double[]> rows) {
    return Later.yet();
  }

  /**
   * How often each unit occurs in each recording, as parts of 1.
   *
   * @param codebookSize units go from 0 to this, exclusive
   * @param recordings units of each
   * @throws IllegalArgumentException if a unit isn't of the codebook
   */
  public static FeatureRows histograms(int codebookSize, List<int[]> recordings) {
    return Later.yet();
  }

  /** How many rows there are. */
  public int rows() {
    return Later.yet();
  }

  /** How many features a row has. */
  public int columns() {
    return Later.yet();
  }
}
