package org.emova4j.eval.metric;

import java.util.List;

/**
 * The fewest edits that turn a reference into a hypothesis (Levenshtein); counts can be added.
 *
 * @param substitutions replaced items
 * @param deletions items that only the reference has
 * @param insertions items that only the hypothesis has
 * @param reference how many items the reference has
 */
public record EditCounts(long substitutions, long deletions, long insertions, long reference) {
  /** Of nothing. */
  public static final EditCounts NONE = new EditCounts(0, 0, 0, 0);

  /** Longest product of both lengths: 2^28. */
  public static final long MAX_CELLS = 1L << 28;

  /** Of words, characters or labels. */
  public static EditCounts between(List<?> reference, List<?> hypothesis) {
    return Later.yet();
  }

  /** Of units. */
  public static EditCounts between(int[] reference, int[] hypothesis) {
    return Later.yet();
  }

  /** Both together, e.g. of all sentences. */
  public EditCounts plus(EditCounts other) {
    return new EditCounts(
        substitutions + other.substitutions,
        deletions + other.deletions,
        insertions + other.insertions,
        reference + other.reference);
  }

  /** How many edits there are. */
  public long edits() {
    return substitutions + deletions + insertions;
  }

  /**
   * Edits for each item of the reference: 0 (same), may exceed 1; NaN without a reference. Of words
   * it is the word error rate, of characters the character error rate, of units under a disturbance
   * the unit edit distance (I. Gat et al., "Augmentation invariant discrete representation for
   * generative spoken language modeling", 2023).
   */
  public double rate() {
    return (double) edits() / reference;
  }
}
