package org.emova4j.eval.metric;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Which items are tested together, for cross-validation by groups. */
final class Folds {
  private Folds() {}

  /**
   * A fold for each item, from 0 up, so that no group is in two and each has about as many items of
   * each label. Large groups choose first; what they choose doesn't depend on the order of items.
   *
   * @param most no more than so many folds, nor more than there are groups
   */
  static int[] assign(List<String> labels, List<String> groups, int most) {
    Map<String, Map<String, Integer>> counts = new TreeMap<>(); // group, label
    for (int i = 0; i < labels.size(); i++) {
      counts
          .computeIfAbsent(groups.get(i), g -> new TreeMap<>())
          .merge(labels.get(i), 1, Integer::sum);
    }
    int folds = Math.min(most, counts.size());
    List<Map<String, Integer>> held =
        IntStream.range(0, folds).<Map<String, Integer>>mapToObj(f -> new TreeMap<>()).toList();
    Map<String, Integer> foldOf = new TreeMap<>();
    List<String> bySize =
        counts.keySet().stream()
            .sorted(
                Comparator.comparing((String group) -> -size(counts.get(group)))
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    for (String group : bySize) {
      Map<String, Integer> added = counts.get(group);
      int best =
          IntStream.range(0, folds)
              .boxed()
              .min(
                  Comparator.comparing((Integer f) -> overlap(held.get(f), added))
                      .thenComparing(f -> size(held.get(f))))
              .orElseThrow();
      foldOf.put(group, best);
      added.forEach((label, count) -> held.get(best).merge(label, count, Integer::sum));
    }
    return groups.stream().mapToInt(foldOf::get).toArray();
  }

  /** How much more uneven a fold's labels would get. */
  private static long overlap(Map<String, Integer> fold, Map<String, Integer> added) {
    return added.entrySet().stream()
        .mapToLong(e -> (long) e.getValue() * fold.getOrDefault(e.getKey(), 0))
        .sum();
  }

  private static int size(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(count -> count).sum();
  }
}
