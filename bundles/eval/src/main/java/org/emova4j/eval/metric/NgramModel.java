package org.emova4j.eval.metric;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * How well units can be told from those before them: an n-gram model with interpolated Witten-Bell
 * smoothing (I. Witten and T. Bell, "The zero-frequency problem", 1991; S. Chen and J. Goodman, "An
 * empirical study of smoothing techniques for language modeling", 1998, section 2.5), whose last
 * resort is the uniform distribution over the codebook, so that every unit has a probability: with
 * c(h) units seen after h, d(h) of them different, p(u | h) = (c(h u) + d(h) p(u | h')) / (c(h) +
 * d(h)), where h' is h without its oldest unit. A recording's first units are told from fewer
 * predecessors; its end isn't predicted. Immutable.
 */
public final class NgramModel {
  /** The longest n-grams. */
  public static final int MAX_ORDER = 8;

  private final int order;
  private final int codebookSize;
  // A tree whose root is 0 and whose other nodes are n-grams, found by their first units and their
  // last.
  private final Map<Long, Integer> children = new HashMap<>();
  private int[] counts = new int[1024]; // how often each node's n-gram occurs
  private int[] following = new int[1024]; // how many units follow it
  private int[] different = new int[1024]; // how many of them are different

  private NgramModel(int order, int codebookSize) {
    this.order = order;
    this.codebookSize = codebookSize;
  }

  /**
   * Counts.
   *
   * @param order 1 (no predecessor) to {@link #MAX_ORDER}
   * @param codebookSize units go from 0 to this, exclusive
   * @param recordings to learn from
   * @throws IllegalArgumentException if a unit isn't of the codebook, or the order is out of range
   */
  public static NgramModel of(int order, int codebookSize, Collection<int[]> recordings) {
    if (order < 1 || order > MAX_ORDER) {
      throw new IllegalArgumentException("order %d is outside 1..%d".formatted(order, MAX_ORDER));
    }
    if (codebookSize < 1) {
      throw new IllegalArgumentException("codebookSize %d is not positive".formatted(codebookSize));
    }
    NgramModel model = new NgramModel(order, codebookSize);
    for (int[] units : recordings) {
      for (int end = 0; end < units.length; end++) {
        UnitStatistics.checked(units[end], codebookSize);
        for (int from = Math.max(0, end - order + 1); from <= end; from++) {
          model.count(units, from, end);
        }
      }
    }
    return model;
  }

  private void count(int[] units, int from, int end) {
    int context = node(units, from, end);
    long key = key(context, units[end]);
    Integer node = children.get(key);
    if (node == null) {
      node = children.size() + 1;
      children.put(key, node);
      different[context]++;
      if (node == counts.length) {
        counts = Arrays.copyOf(counts, 2 * node);
        following = Arrays.copyOf(following, 2 * node);
        different = Arrays.copyOf(different, 2 * node);
      }
    }
    counts[node]++;
    following[context]++;
  }

  /**
   * Of the units from one (inclusive) to another (exclusive); -1 if they never followed another.
   */
  private int node(int[] units, int from, int to) {
    int node = 0;
    for (int i = from; i < to && node >= 0; i++) {
      node = children.getOrDefault(key(node, units[i]), -1);
    }
    return node;
  }

  private static long key(int node, int unit) {
    return ((long) node << 32) | unit;
  }

  /**
   * The probability of a unit after others.
   *
   * @param before all of them, oldest first; what is too old is ignored
   */
  public double probability(int[] before, int unit) {
    int[] all = Arrays.copyOf(before, before.length + 1);
    all[before.length] = UnitStatistics.checked(unit, codebookSize);
    return probabilityAt(all, before.length);
  }

  private double probabilityAt(int[] units, int at) {
    double probability = 1.0 / codebookSize;
    for (int from = at; from >= Math.max(0, at - order + 1); from--) {
      int context = node(units, from, at);
      if (context < 0 || following[context] == 0) {
        break; // what was never seen tells nothing, and longer contexts neither
      }
      int node = children.getOrDefault(key(context, units[at]), -1);
      double count = node < 0 ? 0 : counts[node];
      probability =
          (count + different[context] * probability) / (following[context] + different[context]);
    }
    return probability;
  }

  /**
   * Cross-entropy of held-out recordings, in bits per unit: 0 (all foreseen) to about log2 of the
   * codebook's size (nothing foreseen); NaN without units.
   *
   * @throws IllegalArgumentException if a unit isn't of the codebook
   */
  public double crossEntropyBits(Collection<int[]> heldOut) {
    double bits = 0;
    long count = 0;
    for (int[] units : heldOut) {
      for (int at = 0; at < units.length; at++) {
        UnitStatistics.checked(units[at], codebookSize);
        bits -= Math.log(probabilityAt(units, at)) / Math.log(2);
      }
      count += units.length;
    }
    return bits / count;
  }
}
