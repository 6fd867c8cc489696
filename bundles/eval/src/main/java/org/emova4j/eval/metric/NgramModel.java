package org.emova4j.eval.metric;

import java.util.Collection;

/**
 * How well units can be told from those before them: an n-gram model with interpolated Witten-Bell
 * smoothing (I. Witten and T. Bell, 1991; S. Chen and J. Goodman, 1998, section 2.5), whose last
 * resort is the uniform distribution over the codebook, so that every unit has a probability. A
 * recording's first units are told from fewer predecessors; its end isn't predicted.
 */
public final class NgramModel {
  private NgramModel() {}

  /**
   * Counts.
   *
   * @param order 1 (no predecessor) to 8
   * @param codebookSize units go from 0 to this, exclusive
   * @param recordings to learn from
   * @throws IllegalArgumentException if a unit isn't of the codebook, or the order is out of range
   */
  public static NgramModel of(int order, int codebookSize, Collection<int[]> recordings) {
    return Later.yet();
  }

  /**
   * The probability of a unit after others (all of them, oldest first; what's too old is ignored).
   */
  public double probability(int[] before, int unit) {
    return Later.yet();
  }

  /**
   * Cross-entropy of held-out recordings, in bits per unit: 0 (all foreseen) to about log2 of the
   * codebook's size (nothing foreseen); NaN without units.
   */
  public double crossEntropyBits(Collection<int[]> heldOut) {
    return Later.yet();
  }
}
