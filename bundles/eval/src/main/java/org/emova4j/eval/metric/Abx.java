package org.emova4j.eval.metric;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Collectors;

/**
 * ABX phone discrimination: A and X are the same phone, B is another; an error is an X that is
 * nearer to B than to A, a tie is half an error (T. Schatz, "ABX-discriminability measures and
 * applications", 2016; ZeroSpeech 2021, T. Nguyen et al., arXiv 2011.11588: within speaker all
 * three have one speaker; across speakers, A and B have one and X has another). A, B and X have the
 * same context.
 *
 * <p>Errors are averaged over the triples of a cell (context, ordered pair of phones, speaker of A
 * and B, speaker of X), then over the cells of a speaker of A and B, then over these speakers, then
 * over ordered pairs of phones, each with equal weight: as the implementation of Libri-light (J.
 * Kahn et al., arXiv 1912.07875) does it, but without leaving out any item.
 *
 * <p>The distance is asked for each pair of items of a context once, so that time grows with the
 * square of a context's items.
 */
public final class Abx {
  private Abx() {}

  /**
   * A, B and X of the same speaker.
   *
   * @param distance symmetric, not NaN, e.g. {@link Distances#edit}
   */
  public static <T> AbxResult within(
      Collection<AbxItem<T>> items, ToDoubleBiFunction<? super T, ? super T> distance) {
    return test(items, distance, true);
  }

  /**
   * A and B of one speaker, X of another.
   *
   * @param distance symmetric, not NaN, e.g. {@link Distances#edit}
   */
  public static <T> AbxResult across(
      Collection<AbxItem<T>> items, ToDoubleBiFunction<? super T, ? super T> distance) {
    return test(items, distance, false);
  }

  private record Pair(String first, String second) implements Comparable<Pair> {
    @Override
    public int compareTo(Pair other) {
      int order = first.compareTo(other.first);
      return order != 0 ? order : second.compareTo(other.second);
    }
  }

  private static final class Mean {
    private double sum;
    private int count;

    void add(double value) {
      sum += value;
      count++;
    }

    double value() {
      return sum / count;
    }
  }

  private static <T> AbxResult test(
      Collection<AbxItem<T>> items,
      ToDoubleBiFunction<? super T, ? super T> distance,
      boolean sameSpeaker) {
    Map<String, List<AbxItem<T>>> contexts =
        items.stream()
            .collect(Collectors.groupingBy(AbxItem::context, TreeMap::new, Collectors.toList()));
    Map<Pair, Map<String, Mean>> errors = new TreeMap<>(); // phones; speaker of A and B
    long triples = 0;
    for (List<AbxItem<T>> context : contexts.values()) {
      triples += new Context<>(context, distance).test(sameSpeaker, errors);
    }
    Mean overall = new Mean();
    for (Map<String, Mean> speakers : errors.values()) {
      Mean pair = new Mean();
      speakers.values().forEach(mean -> pair.add(mean.value()));
      overall.add(pair.value());
    }
    return new AbxResult(overall.value(), triples, errors.size());
  }

  /** The items of one context, and the distances that were asked for. */
  private static final class Context<T> {
    private final ToDoubleBiFunction<? super T, ? super T> distance;
    private final List<AbxItem<T>> items;
    private final Map<Long, Double> known = new HashMap<>();
    private final TreeMap<String, TreeMap<String, List<Integer>>> groups; // speaker, phone

    Context(List<AbxItem<T>> items, ToDoubleBiFunction<? super T, ? super T> distance) {
      this.distance = distance;
      this.items = items;
      groups = new TreeMap<>();
      for (int i = 0; i < items.size(); i++) {
        groups
            .computeIfAbsent(items.get(i).speaker(), s -> new TreeMap<>())
            .computeIfAbsent(items.get(i).phone(), p -> new ArrayList<>())
            .add(i);
      }
    }

    long test(boolean sameSpeaker, Map<Pair, Map<String, Mean>> errors) {
      long triples = 0;
      for (Map.Entry<String, TreeMap<String, List<Integer>>> ofAb : groups.entrySet()) {
        for (Map.Entry<String, TreeMap<String, List<Integer>>> ofX : groups.entrySet()) {
          if (ofAb.getKey().equals(ofX.getKey()) == sameSpeaker) {
            Pair speakers = new Pair(ofAb.getKey(), ofX.getKey());
            triples += test(speakers, ofAb.getValue(), ofX.getValue(), errors);
          }
        }
      }
      return triples;
    }

    private long test(
        Pair speakers,
        Map<String, List<Integer>> ofAb,
        Map<String, List<Integer>> ofX,
        Map<Pair, Map<String, Mean>> errors) {
      boolean same = speakers.first().equals(speakers.second());
      long triples = 0;
      for (Map.Entry<String, List<Integer>> a : ofAb.entrySet()) {
        List<Integer> xs = ofX.getOrDefault(a.getKey(), List.of());
        // within a speaker, A and X are two different items
        long pairs = (long) a.getValue().size() * xs.size() - (same ? xs.size() : 0);
        for (Map.Entry<String, List<Integer>> b : ofAb.entrySet()) {
          if (pairs > 0 && !b.getKey().equals(a.getKey())) {
            errors
                .computeIfAbsent(new Pair(a.getKey(), b.getKey()), p -> new TreeMap<>())
                .computeIfAbsent(speakers.first(), s -> new Mean())
                .add(halves(a.getValue(), b.getValue(), xs) / (2.0 * pairs * b.getValue().size()));
            triples += pairs * b.getValue().size();
          }
        }
      }
      return triples;
    }

    /** Twice the errors of a cell: a whole number, so that the order of items doesn't matter. */
    private long halves(List<Integer> as, List<Integer> bs, List<Integer> xs) {
      long halves = 0;
      for (int x : xs) {
        for (int a : as) {
          if (a != x) {
            double right = distance(a, x);
            for (int b : bs) {
              double wrong = distance(b, x);
              halves += right < wrong ? 0 : right > wrong ? 2 : 1;
            }
          }
        }
      }
      return halves;
    }

    private double distance(int i, int j) {
      long key = ((long) Math.min(i, j) << 32) | Math.max(i, j);
      return known.computeIfAbsent(
          key, k -> distance.applyAsDouble(items.get(i).content(), items.get(j).content()));
    }
  }
}
