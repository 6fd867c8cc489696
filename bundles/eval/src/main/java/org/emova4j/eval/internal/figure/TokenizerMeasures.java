package org.emova4j.eval.internal.figure;

import static org.emova4j.eval.internal.figure.Measure.Interval.BOOTSTRAP;
import static org.emova4j.eval.internal.figure.Measure.Interval.JACKKNIFE;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.emova4j.api.unit.Codebook;
import org.emova4j.eval.Better;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.Disturbance;
import org.emova4j.eval.Plot;
import org.emova4j.eval.internal.Hashes;
import org.emova4j.eval.internal.observe.Observation;
import org.emova4j.eval.internal.observe.TokenizerMeasurement;
import org.emova4j.eval.metric.AbxItem;
import org.emova4j.eval.metric.Bootstrap;
import org.emova4j.eval.metric.NgramModel;
import org.emova4j.eval.metric.UnitPhoneTable;
import org.emova4j.eval.metric.UnitStatistics;

/** What is measured of a tokenizer's units. */
final class TokenizerMeasures {
  static final String SECTION = "tokenizer";

  private static final int ORDER = 3;
  private static final double PERCENT = 100;

  private final Codebook codebook;
  private final double unitSeconds;
  private final Map<Corpus.Item, Observation> seen;
  private final Measures.Clusters clusters;
  private final Measures measures;
  private final Phones phones;
  private final List<Plot> confusions = new ArrayList<>();

  TokenizerMeasures(
      Codebook codebook,
      Alignments alignments,
      Measures.Clusters clusters,
      Map<Corpus.Item, Observation> seen) {
    this.codebook = codebook;
    this.clusters = clusters;
    this.seen = seen;
    unitSeconds = codebook.unitDuration().toNanos() / 1e9;
    measures = new Measures(SECTION, clusters, seen);
    phones = new Phones(alignments, unitSeconds);
  }

  List<Measure<?>> all() {
    statistics();
    predictability();
    phones();
    speakers();
    emotions();
    disturbances();
    return measures.all();
  }

  /** What the probes took for what; after {@link #all()}. */
  List<Plot> confusions() {
    return confusions;
  }

  static int[] units(Observation observation) {
    return observation.units().get(TokenizerMeasurement.UNITS);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Recording(int[] units, double seconds) {}

  private void statistics() {
    List<Bootstrap.Observation<Recording>> recordings =
        measures.observations(
            each ->
                new Recording(
                    units(each.getValue()), each.getValue().number(TokenizerMeasurement.SECONDS)));
    statistic(
        "units_per_second",
        "units",
        "/s",
        Better.NEITHER,
        recordings,
        1,
        UnitStatistics::unitsPerSecond);
    statistic(
        "reduced_units_per_second",
        "units, repeats merged",
        "/s",
        Better.NEITHER,
        recordings,
        1,
        UnitStatistics::reducedUnitsPerSecond);
    statistic(
        "bit_rate",
        "bit rate",
        "bit/s",
        Better.LOWER,
        recordings,
        1,
        UnitStatistics::bitsPerSecond);
    statistic(
        "reduced_bit_rate",
        "bit rate, repeats merged",
        "bit/s",
        Better.LOWER,
        recordings,
        1,
        UnitStatistics::reducedBitsPerSecond);
    counted(
        "entropy_bit_rate",
        "bit rate of an ideal code of order 0",
        "bit/s",
        Better.LOWER,
        recordings,
        1,
        UnitStatistics::entropyBitsPerSecond);
    counted(
        "codebook_use",
        "codebook in use",
        "%",
        Better.HIGHER,
        recordings,
        PERCENT,
        UnitStatistics::codebookUse);
    counted(
        "perplexity",
        "perplexity of units",
        "",
        Better.HIGHER,
        recordings,
        1,
        UnitStatistics::perplexity);
  }

  private void statistic(
      String name,
      String label,
      String unit,
      Better better,
      List<Bootstrap.Observation<Recording>> recordings,
      double factor,
      ToDoubleFunction<UnitStatistics> statistic) {
    measures.add(
        name,
        label,
        unit,
        better,
        BOOTSTRAP,
        recordings,
        list -> factor * statistic.applyAsDouble(statistics(list)));
  }

  private void counted(
      String name,
      String label,
      String unit,
      Better better,
      List<Bootstrap.Observation<Recording>> recordings,
      double factor,
      ToDoubleFunction<UnitStatistics> statistic) {
    measures.add(
        name,
        label,
        unit,
        better,
        JACKKNIFE,
        recordings,
        list -> factor * statistic.applyAsDouble(statistics(list)));
  }

  private UnitStatistics statistics(List<Recording> recordings) {
    return UnitStatistics.of(
        codebook,
        recordings.stream().map(Recording::units).toList(),
        recordings.stream().mapToDouble(Recording::seconds).sum());
  }

  private record Bits(double bits, int units) {}

  /** Of each half of the recordings, told from the other half. */
  private void predictability() {
    for (int order : new int[] {1, ORDER}) {
      Map<Corpus.Item, Bits> bits = new TreeMap<>(byName());
      for (int half = 0; half < 2; half++) {
        List<int[]> known = new ArrayList<>();
        Map<Corpus.Item, int[]> heldOut = new TreeMap<>(byName());
        for (Map.Entry<Corpus.Item, Observation> each : seen.entrySet()) {
          int[] reduced = UnitStatistics.reduced(units(each.getValue()));
          if ((Hashes.seed("half", half(each.getKey())) & 1) == half) {
            heldOut.put(each.getKey(), reduced);
          } else {
            known.add(reduced);
          }
        }
        if (known.isEmpty()) {
          continue;
        }
        NgramModel model = NgramModel.of(order, codebook.size(), known);
        heldOut.forEach(
            (item, units) -> {
              if (units.length > 0) {
                double mean = model.crossEntropyBits(List.of(units));
                bits.put(item, new Bits(mean * units.length, units.length));
              }
            });
      }
      String name = order == 1 ? "unigram" : "trigram";
      measures.add(
          name + "_cross_entropy",
          name + " cross-entropy, repeats merged",
          "bit/unit",
          Better.LOWER,
          BOOTSTRAP,
          measures.observations(each -> bits.get(each.getKey())),
          list ->
              list.stream().mapToDouble(Bits::bits).sum()
                  / list.stream().mapToInt(Bits::units).sum());
    }
  }

  private static java.util.Comparator<Corpus.Item> byName() {
    return java.util.Comparator.comparing(Corpus.Item::name);
  }

  /** What is said twice must not be learnt in one half and told in the other. */
  private static String half(Corpus.Item item) {
    return item.transcript().map(text -> text.toLowerCase(Locale.ROOT)).orElse(item.name());
  }

  private void phones() {
    List<Bootstrap.Observation<UnitPhoneTable>> tables =
        measures.observations(each -> phones.table(each.getKey(), each.getValue()));
    table("pnmi", "phone-normalised mutual information", "", tables, 1, UnitPhoneTable::pnmi);
    table("phone_purity", "phone purity", "%", tables, PERCENT, UnitPhoneTable::phonePurity);
    table("cluster_purity", "cluster purity", "%", tables, PERCENT, UnitPhoneTable::clusterPurity);
    if (tables.isEmpty()) {
      return;
    }
    Map<String, List<AbxItem<int[]>>> spoken = phones.spoken(seen);
    abx("abx_within", "ABX error within speakers", Phones.within(spoken));
    abx("abx_across", "ABX error across speakers", Phones.across(spoken));
  }

  private void table(
      String name,
      String label,
      String unit,
      List<Bootstrap.Observation<UnitPhoneTable>> tables,
      double factor,
      ToDoubleFunction<UnitPhoneTable> figure) {
    measures.add(
        name,
        label,
        unit,
        Better.HIGHER,
        JACKKNIFE,
        tables,
        list -> factor * figure.applyAsDouble(UnitPhoneTable.sum(list)));
  }

  private void abx(String name, String label, Map<String, Double> errors) {
    measures.mean(
        name,
        label,
        "%",
        Better.LOWER,
        errors.entrySet().stream()
            .map(e -> new Bootstrap.Observation<>(e.getKey(), e.getKey(), PERCENT * e.getValue()))
            .toList());
  }

  /** All recordings' units and phones together; empty without phones. */
  Optional<UnitPhoneTable> table() {
    List<UnitPhoneTable> tables = new ArrayList<>();
    seen.forEach(
        (item, observation) -> {
          UnitPhoneTable table = phones.table(item, observation);
          if (table != null) {
            tables.add(table);
          }
        });
    return tables.isEmpty() ? Optional.empty() : Optional.of(UnitPhoneTable.sum(tables));
  }

  private Map<Corpus.Item, int[]> allUnits() {
    Map<Corpus.Item, int[]> units = new TreeMap<>(byName());
    seen.forEach((item, observation) -> units.put(item, units(observation)));
    return units;
  }

  private void speakers() {
    probe("speaker", Better.LOWER, Corpus.Item::speaker, TokenizerMeasures::half);
    Map<Corpus.Item, double[]> histograms = new TreeMap<>(byName());
    allUnits().forEach((item, units) -> histograms.put(item, histogram(units)));
    measures.add(
        "speaker_eer",
        "equal error rate of speakers by units",
        "%",
        Better.HIGHER,
        BOOTSTRAP,
        Probes.trials(histograms, histograms),
        list -> PERCENT * Probes.Trials.equalErrorRate(list));
  }

  /** Square roots of the units' shares: a vector of length 1 (Hellinger). */
  private double[] histogram(int[] units) {
    double[] shares = new double[codebook.size()];
    for (int unit : units) {
      shares[unit] += 1.0 / units.length;
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] = Math.sqrt(shares[i]);
    }
    return shares;
  }

  private void emotions() {
    probe("emotion", Better.NEITHER, Corpus.Item::emotion, Corpus.Item::cluster);
  }

  /** Units should tell nothing of the speaker; of the emotion they may. */
  private void probe(
      String what,
      Better better,
      Function<Corpus.Item, Optional<String>> label,
      Function<Corpus.Item, String> group) {
    Optional<Probes.Outcome> outcome =
        Probes.of(allUnits(), codebook.size(), label, group, clusters);
    if (outcome.isEmpty()) {
      return;
    }
    double chance = outcome.get().result().chance();
    confusions.add(
        Heats.confusion(
            "%s told from units"
                .formatted(what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1)),
            "By a linear probe; chance is %.0f %%.".formatted(PERCENT * chance),
            outcome.get().result().confusion(),
            List.of()));
    measures.mean(
        what + "_probe",
        what + " told from units",
        "%",
        better,
        scaled(outcome.get().right(), PERCENT));
    measures.mean(
        what + "_probe_vs_chance",
        what + " told from units, times chance",
        "",
        better,
        scaled(outcome.get().right(), 1 / chance));
  }

  private static List<Bootstrap.Observation<Double>> scaled(
      List<Bootstrap.Observation<Double>> values, double factor) {
    return values.stream()
        .map(o -> new Bootstrap.Observation<>(o.cluster(), o.item(), factor * o.value()))
        .toList();
  }

  private record Edits(double edits, double reference) {}

  private void disturbances() {
    for (Disturbance disturbance : Disturbance.values()) {
      String id = disturbance.name().toLowerCase(Locale.ROOT);
      measures.add(
          "unit_edit_distance_" + id,
          "unit edit distance, " + disturbance.label(),
          "%",
          Better.LOWER,
          BOOTSTRAP,
          measures.observations(
              each -> {
                double edits = each.getValue().number(TokenizerMeasurement.edits(disturbance));
                return Double.isNaN(edits)
                    ? null
                    : new Edits(
                        edits, each.getValue().number(TokenizerMeasurement.reference(disturbance)));
              }),
          list ->
              PERCENT
                  * list.stream().mapToDouble(Edits::edits).sum()
                  / list.stream().mapToDouble(Edits::reference).sum());
      measures.mean(
          "frames_same_" + id,
          "frames whose unit stays, " + disturbance.label(),
          "%",
          Better.HIGHER,
          TokenizerMeasurement.same(disturbance),
          PERCENT);
    }
  }
}
