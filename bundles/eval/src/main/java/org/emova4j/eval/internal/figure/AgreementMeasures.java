package org.emova4j.eval.internal.figure;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.emova4j.api.unit.Codebook;
import org.emova4j.eval.Better;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.internal.observe.Observation;
import org.emova4j.eval.metric.Bootstrap;
import org.emova4j.eval.metric.UnitPhoneTable;

/** Whether two tokenizers hear the same, whatever they call it. */
final class AgreementMeasures {
  static final String SECTION = "agreement";

  private static final double PERCENT = 100;

  /** Boundaries that are no further apart than this count as the same. */
  private static final double TOLERANCE_SECONDS = 0.04;

  private final Codebook first;
  private final Codebook second;
  private final Map<Corpus.Item, int[]> firstUnits;
  private final Map<Corpus.Item, int[]> secondUnits;
  private final Measures measures;

  AgreementMeasures(
      Codebook first,
      Map<Corpus.Item, int[]> firstUnits,
      Codebook second,
      Map<Corpus.Item, int[]> secondUnits,
      Measures.Clusters clusters,
      Map<Corpus.Item, Observation> seen) {
    this.first = first;
    this.second = second;
    this.firstUnits = firstUnits;
    this.secondUnits = secondUnits;
    measures = new Measures(SECTION, clusters, seen);
  }

  List<Measure<?>> all() {
    if (first.id().equals(second.id())) {
      measures.mean(
          "same_frames",
          "frames with the same unit",
          "%",
          Better.NEITHER,
          measures.observations(each -> same(each.getKey())));
    }
    measures.mean(
        "boundary_f",
        "boundaries at the same place (F measure)",
        "%",
        Better.NEITHER,
        measures.observations(each -> boundaries(each.getKey())));
    information("information_shared", "of the second's units told by the first's", false);
    information("information_shared_by_chance", "the same of units at other times", true);
    return measures.all();
  }

  private boolean has(Corpus.Item item) {
    return firstUnits.containsKey(item) && secondUnits.containsKey(item);
  }

  private Double same(Corpus.Item item) {
    if (!has(item)) {
      return null;
    }
    int[] a = firstUnits.get(item);
    int[] b = secondUnits.get(item);
    int same = 0;
    for (int t = 0; t < Math.min(a.length, b.length); t++) {
      same += a[t] == b[t] ? 1 : 0;
    }
    return PERCENT * same / Math.max(a.length, b.length);
  }

  private Double boundaries(Corpus.Item item) {
    if (!has(item)) {
      return null;
    }
    double[] a = boundaries(firstUnits.get(item), seconds(first));
    double[] b = boundaries(secondUnits.get(item), seconds(second));
    return a.length + b.length == 0
        ? null
        : PERCENT * (found(a, b) + found(b, a)) / (a.length + b.length);
  }

  private static double seconds(Codebook codebook) {
    return codebook.unitDuration().toNanos() / 1e9;
  }

  private static double[] boundaries(int[] units, double unitSeconds) {
    double[] boundaries = new double[units.length];
    int n = 0;
    for (int t = 1; t < units.length; t++) {
      if (units[t] != units[t - 1]) {
        boundaries[n++] = t * unitSeconds;
      }
    }
    return Arrays.copyOf(boundaries, n);
  }

  /** How many of the one are near one of the other. */
  private static int found(double[] some, double[] others) {
    int found = 0;
    for (double boundary : some) {
      int after = Arrays.binarySearch(others, boundary - TOLERANCE_SECONDS - 1e-9);
      int next = after >= 0 ? after : -after - 1;
      found += next < others.length && others[next] <= boundary + TOLERANCE_SECONDS + 1e-9 ? 1 : 0;
    }
    return found;
  }

  /** Normalised mutual information I(first; second) / H(second), of frames of the first. */
  private void information(String name, String label, boolean shifted) {
    List<Bootstrap.Observation<UnitPhoneTable>> tables =
        measures.observations(each -> has(each.getKey()) ? table(each.getKey(), shifted) : null);
    measures.add(
        name,
        label,
        "%",
        Better.NEITHER,
        Measure.Interval.JACKKNIFE,
        tables,
        list -> PERCENT * UnitPhoneTable.sum(list).pnmi());
  }

  /** Shifted by half of the recording there is nothing in common but what chance makes so. */
  private UnitPhoneTable table(Corpus.Item item, boolean shifted) {
    int[] a = firstUnits.get(item);
    int[] b = secondUnits.get(item);
    int frames = (int) Math.min(a.length, Math.floor(b.length * seconds(second) / seconds(first)));
    String[] labels = new String[frames];
    for (int t = 0; t < frames; t++) {
      int at = shifted ? (t + frames / 2) % frames : t;
      int other = (int) ((at + 0.5) * seconds(first) / seconds(second));
      labels[t] = String.valueOf(b[Math.min(b.length - 1, other)]);
    }
    return UnitPhoneTable.of(Arrays.copyOf(a, frames), List.of(labels));
  }
}
