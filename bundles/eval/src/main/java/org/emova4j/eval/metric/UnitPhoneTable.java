package org.emova4j.eval.metric;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How often each unit stands for each phone, and what follows: W.-N. Hsu et al., "HuBERT:
 * Self-supervised speech representation learning by masked prediction of hidden units", IEEE/ACM
 * TASLP 29, 2021, section IV-E. Immutable.
 */
public final class UnitPhoneTable {
  private final TreeMap<Integer, TreeMap<String, Long>> counts; // unit, phone
  private final TreeMap<String, Long> phones;
  private final long frames;

  private UnitPhoneTable(Map<Integer, Map<String, Long>> unsorted) {
    counts = new TreeMap<>();
    phones = new TreeMap<>();
    unsorted.forEach((unit, row) -> counts.put(unit, new TreeMap<>(row)));
    counts.values().forEach(row -> row.forEach((p, count) -> phones.merge(p, count, Long::sum)));
    frames = total(phones.values());
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
    Map<Integer, Map<String, Long>> counts = new HashMap<>();
    for (int t = 0; t < units.length; t++) {
      if (units[t] < 0) {
        throw new IllegalArgumentException("unit %d of frame %d".formatted(units[t], t));
      }
      counts.computeIfAbsent(units[t], unit -> new HashMap<>()).merge(phones.get(t), 1L, Long::sum);
    }
    return new UnitPhoneTable(counts);
  }

  /** The table of all recordings together. */
  public static UnitPhoneTable sum(Collection<UnitPhoneTable> tables) {
    Map<Integer, Map<String, Long>> counts = new HashMap<>();
    for (UnitPhoneTable table : tables) {
      table.counts.forEach(
          (unit, row) -> {
            Map<String, Long> sum = counts.computeIfAbsent(unit, u -> new HashMap<>());
            row.forEach((phone, count) -> sum.merge(phone, count, Long::sum));
          });
    }
    return new UnitPhoneTable(counts);
  }

  /** How many frames were counted. */
  public long frames() {
    return frames;
  }

  /** The units that occur, in order. */
  public SortedSet<Integer> units() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(counts.keySet()));
  }

  /** The phones that occur, in order. */
  public SortedSet<String> phones() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(phones.keySet()));
  }

  /** In how many frames the unit stands for the phone. */
  public long count(int unit, String phone) {
    TreeMap<String, Long> row = counts.get(unit);
    return row == null ? 0 : row.getOrDefault(phone, 0L);
  }

  /**
   * Phone-normalised mutual information, I(phone; unit) / H(phone): which part of the uncertainty
   * about the phone the unit takes away, 0..1; NaN with fewer than two phones. Each unit seen once
   * makes it 1, so that it says little where there are few frames for each unit.
   */
  public double pnmi() {
    double entropy = 0;
    for (long count : phones.values()) {
      entropy -= part(count, frames) * Math.log(part(count, frames));
    }
    double information = 0;
    for (TreeMap<String, Long> row : counts.values()) {
      long unit = total(row.values());
      for (Map.Entry<String, Long> cell : row.entrySet()) {
        double count = cell.getValue();
        double independent = (double) unit * phones.get(cell.getKey()) / frames;
        information += count / frames * Math.log(count / independent);
      }
    }
    return phones.size() < 2 ? Double.NaN : information / entropy;
  }

  /** How likely a frame's phone is its unit's most frequent phone, 0..1; NaN without frames. */
  public double phonePurity() {
    long most = counts.values().stream().mapToLong(row -> Collections.max(row.values())).sum();
    return part(most, frames);
  }

  /** How likely a frame's unit is its phone's most frequent unit, 0..1; NaN without frames. */
  public double clusterPurity() {
    Map<String, Long> most = new HashMap<>();
    counts.values().forEach(row -> row.forEach((p, count) -> most.merge(p, count, Math::max)));
    return part(total(most.values()), frames);
  }

  private static long total(Collection<Long> counts) {
    return counts.stream().mapToLong(count -> count).sum();
  }

  private static double part(long some, long all) {
    return (double) some / all;
  }
}
