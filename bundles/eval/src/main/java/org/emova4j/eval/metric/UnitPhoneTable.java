package org.emova4j.eval.metric;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How often each unit stands for each phone, and what follows: W.-N. Hsu et al., "HuBERT:
 * Self-supervised speech representation learning by masked prediction of hidden units", IEEE/ACM
 * TASLP 29, 2021, section IV-E. Immutable.
 */
public final class UnitPhoneTable {
  // Cells that aren't 0, by unit and then by phone: intervals by resampling add thousands of
  // tables.
  private final int[] unitOf;
  private final int[] phoneOf; // index in phones
  private final long[] counts;
  private final String[] phones; // sorted

  private UnitPhoneTable(int[] unitOf, int[] phoneOf, long[] counts, String[] phones) {
    this.unitOf = unitOf;
    this.phoneOf = phoneOf;
    this.counts = counts;
    this.phones = phones;
  }

  /**
   * Counts frames.
   *
   * @param units a unit for each frame, not negative
   * @param phones the phone of each frame
   * @throws IllegalArgumentException if there aren't as many of both, or a unit is negative
   */
  public static UnitPhoneTable of(int[] units, List<String> phones) {
    if (units.length != phones.size()) {
      throw new IllegalArgumentException(
          "%d units, %d phones".formatted(units.length, phones.size()));
    }
    String[] known = phones.stream().distinct().sorted().toArray(String[]::new);
    TreeMap<Integer, long[]> rows = new TreeMap<>();
    for (int t = 0; t < units.length; t++) {
      if (units[t] < 0) {
        throw new IllegalArgumentException("unit %d of frame %d".formatted(units[t], t));
      }
      rows.computeIfAbsent(units[t], u -> new long[known.length])[index(known, phones.get(t))]++;
    }
    return of(rows, known);
  }

  /** The table of all recordings together. */
  public static UnitPhoneTable sum(Collection<UnitPhoneTable> tables) {
    String[] known =
        tables.stream()
            .flatMap(table -> Arrays.stream(table.phones))
            .collect(Collectors.toCollection(TreeSet::new))
            .toArray(String[]::new);
    TreeMap<Integer, long[]> rows = new TreeMap<>();
    for (UnitPhoneTable table : tables) {
      int[] indices = Arrays.stream(table.phones).mapToInt(p -> index(known, p)).toArray();
      long[] row = {};
      for (int i = 0; i < table.counts.length; i++) {
        if (i == 0 || table.unitOf[i] != table.unitOf[i - 1]) {
          row = rows.computeIfAbsent(table.unitOf[i], u -> new long[known.length]);
        }
        row[indices[table.phoneOf[i]]] += table.counts[i];
      }
    }
    return of(rows, known);
  }

  private static UnitPhoneTable of(SortedMap<Integer, long[]> rows, String[] phones) {
    int cells = 0;
    for (long[] row : rows.values()) {
      cells += (int) Arrays.stream(row).filter(count -> count > 0).count();
    }
    int[] unitOf = new int[cells];
    int[] phoneOf = new int[cells];
    long[] counts = new long[cells];
    int cell = 0;
    for (Map.Entry<Integer, long[]> row : rows.entrySet()) {
      for (int phone = 0; phone < phones.length; phone++) {
        if (row.getValue()[phone] > 0) {
          unitOf[cell] = row.getKey();
          phoneOf[cell] = phone;
          counts[cell++] = row.getValue()[phone];
        }
      }
    }
    return new UnitPhoneTable(unitOf, phoneOf, counts, phones);
  }

  private static int index(String[] phones, String phone) {
    return Arrays.binarySearch(phones, phone);
  }

  /** How many frames were counted. */
  public long frames() {
    return Arrays.stream(counts).sum();
  }

  /** The units that occur, in order. */
  public SortedSet<Integer> units() {
    return Collections.unmodifiableSortedSet(
        Arrays.stream(unitOf).boxed().collect(Collectors.toCollection(TreeSet::new)));
  }

  /** The phones that occur, in order. */
  public SortedSet<String> phones() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(List.of(phones)));
  }

  /** In how many frames the unit stands for the phone. */
  public long count(int unit, String phone) {
    int index = index(phones, phone);
    int first = Arrays.binarySearch(unitOf, unit);
    while (first > 0 && unitOf[first - 1] == unit) {
      first--;
    }
    return first < 0
        ? 0
        : IntStream.range(first, counts.length)
            .takeWhile(i -> unitOf[i] == unit)
            .filter(i -> phoneOf[i] == index)
            .mapToLong(i -> counts[i])
            .sum();
  }

  /**
   * Phone-normalised mutual information, I(phone; unit) / H(phone): which part of the uncertainty
   * about the phone the unit takes away, 0..1; NaN with fewer than two phones. Each unit seen once
   * makes it 1, so that it says little where there are few frames for each unit.
   */
  public double pnmi() {
    double frames = frames();
    long[] ofPhone = new long[phones.length];
    for (int i = 0; i < counts.length; i++) {
      ofPhone[phoneOf[i]] += counts[i];
    }
    double entropy = 0;
    for (long count : ofPhone) {
      entropy -= count / frames * Math.log(count / frames);
    }
    double remaining = 0; // of the phone's entropy, once the unit is known
    for (int from = 0; from < counts.length; ) {
      int to = end(from);
      double unit = Arrays.stream(counts, from, to).sum();
      for (int i = from; i < to; i++) {
        remaining -= counts[i] / frames * Math.log(counts[i] / unit);
      }
      from = to;
    }
    return phones.length < 2 ? Double.NaN : 1 - remaining / entropy;
  }

  /** How likely a frame's phone is its unit's most frequent phone, 0..1; NaN without frames. */
  public double phonePurity() {
    long most = 0;
    for (int from = 0; from < counts.length; from = end(from)) {
      most += Arrays.stream(counts, from, end(from)).max().orElseThrow();
    }
    return (double) most / frames();
  }

  /** How likely a frame's unit is its phone's most frequent unit, 0..1; NaN without frames. */
  public double clusterPurity() {
    long[] most = new long[phones.length];
    for (int i = 0; i < counts.length; i++) {
      most[phoneOf[i]] = Math.max(most[phoneOf[i]], counts[i]);
    }
    return (double) Arrays.stream(most).sum() / frames();
  }

  /** Where the cells of a unit end. */
  private int end(int from) {
    int to = from;
    while (to < counts.length && unitOf[to] == unitOf[from]) {
      to++;
    }
    return to;
  }
}
