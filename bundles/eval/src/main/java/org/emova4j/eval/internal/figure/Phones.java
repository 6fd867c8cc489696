package org.emova4j.eval.internal.figure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.internal.Hashes;
import org.emova4j.eval.internal.observe.Observation;
import org.emova4j.eval.internal.observe.TokenizerMeasurement;
import org.emova4j.eval.metric.Abx;
import org.emova4j.eval.metric.AbxItem;
import org.emova4j.eval.metric.AbxResult;
import org.emova4j.eval.metric.Distances;
import org.emova4j.eval.metric.Segment;
import org.emova4j.eval.metric.Tier;
import org.emova4j.eval.metric.UnitPhoneTable;

/** What units tell of phones. */
final class Phones {
  /** Most speakers that are compared with each other in ABX, those whose hashes come first. */
  static final int ABX_SPEAKERS = 12;

  /** Most stretches of one phone of one speaker in ABX, those whose hashes come first. */
  static final int ABX_TOKENS = 8;

  private static final Set<String> SILENCES = Set.of("", "sil", "sp", "spn", "pau", "<eps>", "#");

  private final Alignments alignments;
  private final double unitSeconds;

  Phones(Alignments alignments, double unitSeconds) {
    this.alignments = alignments;
    this.unitSeconds = unitSeconds;
  }

  /** How often each unit stands for each phone in a recording; null without an alignment. */
  UnitPhoneTable table(Corpus.Item item, Observation seen) {
    Optional<Tier> tier = alignments.of(item);
    if (tier.isEmpty()) {
      return null;
    }
    int[] units = seen.units().get(TokenizerMeasurement.UNITS);
    List<String> labels = tier.get().labels(units.length, unitSeconds);
    int[] kept = new int[units.length];
    List<String> phones = new ArrayList<>();
    for (int t = 0; t < units.length; t++) {
      if (!SILENCES.contains(labels.get(t))) {
        kept[phones.size()] = units[t];
        phones.add(labels.get(t));
      }
    }
    return UnitPhoneTable.of(java.util.Arrays.copyOf(kept, phones.size()), phones);
  }

  /** Units of every phone that is said, by speaker. */
  Map<String, List<AbxItem<int[]>>> spoken(Map<Corpus.Item, Observation> seen) {
    record Token(String hash, AbxItem<int[]> item) {}
    Map<String, Map<String, List<Token>>> tokens = new TreeMap<>();
    seen.forEach(
        (item, observation) -> {
          Optional<Tier> tier = alignments.of(item);
          if (tier.isEmpty() || item.speaker().isEmpty()) {
            return;
          }
          String speaker = item.speaker().get();
          int[] units = observation.units().get(TokenizerMeasurement.UNITS);
          for (Segment segment : tier.get().segments()) {
            int[] own = units(units, segment);
            if (!SILENCES.contains(segment.label()) && own.length > 0) {
              tokens
                  .computeIfAbsent(speaker, s -> new TreeMap<>())
                  .computeIfAbsent(segment.label(), p -> new ArrayList<>())
                  .add(
                      new Token(
                          Hashes.of(item.name(), String.valueOf(segment.startSeconds())),
                          new AbxItem<>(segment.label(), "", speaker, own)));
            }
          }
        });
    Map<String, List<AbxItem<int[]>>> chosen = new TreeMap<>();
    tokens.keySet().stream()
        .sorted(java.util.Comparator.comparing(Hashes::of))
        .limit(ABX_SPEAKERS)
        .forEach(
            speaker -> {
              List<AbxItem<int[]>> items = new ArrayList<>();
              for (List<Token> phone : tokens.get(speaker).values()) {
                phone.stream()
                    .sorted(java.util.Comparator.comparing(Token::hash))
                    .limit(ABX_TOKENS)
                    .map(Token::item)
                    .forEach(items::add);
              }
              chosen.put(speaker, items);
            });
    return chosen;
  }

  /** Units of frames that a segment and the frame on either side of it touch. */
  private int[] units(int[] units, Segment segment) {
    int from = Math.max(0, (int) Math.floor(segment.startSeconds() / unitSeconds) - 1);
    int to = Math.min(units.length, (int) Math.ceil(segment.endSeconds() / unitSeconds) + 1);
    return from < to ? java.util.Arrays.copyOfRange(units, from, to) : new int[0];
  }

  /** ABX error within each speaker. */
  static Map<String, Double> within(Map<String, List<AbxItem<int[]>>> spoken) {
    Map<String, Double> errors = new TreeMap<>();
    spoken.forEach(
        (speaker, items) -> {
          AbxResult result = Abx.within(items, Distances::edit);
          if (result.triples() > 0) {
            errors.put(speaker, result.errorRate());
          }
        });
    return errors;
  }

  /** ABX error across each speaker and every other, averaged over these. */
  static Map<String, Double> across(Map<String, List<AbxItem<int[]>>> spoken) {
    List<String> speakers = List.copyOf(spoken.keySet());
    Map<String, List<Double>> errors = new HashMap<>();
    for (int i = 0; i < speakers.size(); i++) {
      for (int j = i + 1; j < speakers.size(); j++) {
        List<AbxItem<int[]>> both = new ArrayList<>(spoken.get(speakers.get(i)));
        both.addAll(spoken.get(speakers.get(j)));
        AbxResult result = Abx.across(both, Distances::edit);
        if (result.triples() > 0) {
          errors.computeIfAbsent(speakers.get(i), s -> new ArrayList<>()).add(result.errorRate());
          errors.computeIfAbsent(speakers.get(j), s -> new ArrayList<>()).add(result.errorRate());
        }
      }
    }
    Map<String, Double> means = new TreeMap<>();
    errors.forEach(
        (speaker, values) ->
            means.put(
                speaker, values.stream().mapToDouble(Double::doubleValue).average().orElseThrow()));
    return means;
  }

  /** Phones that occur, most frequent first, and at most so many. */
  static List<String> mostFrequent(UnitPhoneTable table, int most) {
    Map<String, Long> counts = new HashMap<>();
    for (String phone : table.phones()) {
      for (int unit : table.units()) {
        counts.merge(phone, table.count(unit, phone), Long::sum);
      }
    }
    return new TreeSet<>(counts.keySet())
        .stream()
            .sorted(java.util.Comparator.comparing((String phone) -> -counts.get(phone)))
            .limit(most)
            .toList();
  }
}
