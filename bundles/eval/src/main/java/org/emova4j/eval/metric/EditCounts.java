package org.emova4j.eval.metric;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fewest edits that turn a reference into a hypothesis (V. Levenshtein, 1966); counts can be
 * added.
 *
 * @param substitutions replaced items
 * @param deletions items that only the reference has
 * @param insertions items that only the hypothesis has
 * @param reference how many items the reference has
 */
public record EditCounts(long substitutions, long deletions, long insertions, long reference) {
  /** Of nothing. */
  public static final EditCounts NONE = new EditCounts(0, 0, 0, 0);

  /** Most pairs of items: two sequences of 65,536. */
  public static final long MAX_PAIRS = 1L << 32;

  /**
   * Of words, characters or labels.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_PAIRS}
   */
  public static EditCounts between(List<?> reference, List<?> hypothesis) {
    Map<Object, Integer> numbers = new HashMap<>();
    return between(numbered(reference, numbers), numbered(hypothesis, numbers));
  }

  /**
   * Of units. Where several sets of edits are least, substitutions are preferred, then deletions.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_PAIRS}
   */
  public static EditCounts between(int[] reference, int[] hypothesis) {
    if ((long) reference.length * hypothesis.length > MAX_PAIRS) {
      throw new IllegalArgumentException(
          "%d against %d items: at most %d pairs"
              .formatted(reference.length, hypothesis.length, MAX_PAIRS));
    }
    int width = hypothesis.length + 1;
    int[] edits = new int[width];
    Arrays.setAll(edits, j -> j);
    int[] substitutions = new int[width]; // among these edits
    for (int i = 1; i <= reference.length; i++) {
      int cornerEdits = edits[0]; // of the cell above and to the left
      int cornerSubstitutions = substitutions[0];
      edits[0] = i;
      for (int j = 1; j < width; j++) {
        int replaced = reference[i - 1] == hypothesis[j - 1] ? 0 : 1;
        int best = cornerEdits + replaced;
        int bestSubstitutions = cornerSubstitutions + replaced;
        if (edits[j] + 1 < best) {
          best = edits[j] + 1;
          bestSubstitutions = substitutions[j];
        }
        if (edits[j - 1] + 1 < best) {
          best = edits[j - 1] + 1;
          bestSubstitutions = substitutions[j - 1];
        }
        cornerEdits = edits[j];
        cornerSubstitutions = substitutions[j];
        edits[j] = best;
        substitutions[j] = bestSubstitutions;
      }
    }
    // what isn't replaced is deleted or inserted, and their difference is that of the lengths
    int other = edits[width - 1] - substitutions[width - 1];
    int deletions = (other + reference.length - hypothesis.length) / 2;
    return new EditCounts(substitutions[width - 1], deletions, other - deletions, reference.length);
  }

  private static int[] numbered(List<?> items, Map<Object, Integer> numbers) {
    return items.stream()
        .mapToInt(item -> numbers.computeIfAbsent(item, i -> numbers.size()))
        .toArray();
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
   * Edits for each item of the reference: 0 (same), may exceed 1; NaN if both are empty, infinite
   * if only the reference is. Of words it is the word error rate, of characters the character error
   * rate, of units under a disturbance the unit edit distance (I. Gat et al., "Augmentation
   * invariant discrete representation for generative spoken language modeling", IWSLT 2023).
   */
  public double rate() {
    return (double) edits() / reference;
  }
}
