package org.emova4j.eval.metric;

import java.util.Objects;

/**
 * Which frames of two sequences belong together, from both's first to both's last; neither index
 * ever goes back. Immutable.
 */
public final class WarpingPath {
  private final int[] first;
  private final int[] second;
  private final double cost;

  WarpingPath(int[] first, int[] second, double cost) {
    this.first = first;
    this.second = second;
    this.cost = cost;
  }

  /** How many pairs there are. */
  public int length() {
    return first.length;
  }

  /** The frame of the first sequence in a pair. */
  public int first(int pair) {
    return first[Objects.checkIndex(pair, first.length)];
  }

  /** The frame of the second sequence in a pair. */
  public int second(int pair) {
    return second[Objects.checkIndex(pair, second.length)];
  }

  /** The sum of the distances of all pairs. */
  public double cost() {
    return cost;
  }

  /** The mean distance of a pair. */
  public double meanCost() {
    return cost / first.length;
  }
}
