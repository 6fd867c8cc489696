package org.emova4j.eval.internal.figure;

import static org.emova4j.eval.internal.observe.ResynthesisMeasurement.AGAIN;
import static org.emova4j.eval.internal.observe.ResynthesisMeasurement.DURATION;
import static org.emova4j.eval.internal.observe.ResynthesisMeasurement.ESTOI;
import static org.emova4j.eval.internal.observe.ResynthesisMeasurement.F0_CENTS;
import static org.emova4j.eval.internal.observe.ResynthesisMeasurement.F0_CORRELATION;
import static org.emova4j.eval.internal.observe.ResynthesisMeasurement.F0_GROSS;
import static org.emova4j.eval.internal.observe.ResynthesisMeasurement.LOG_SPECTRAL;
import static org.emova4j.eval.internal.observe.ResynthesisMeasurement.MEL_CEPSTRAL;
import static org.emova4j.eval.internal.observe.ResynthesisMeasurement.ORIGINAL;
import static org.emova4j.eval.internal.observe.ResynthesisMeasurement.PREDICTED;
import static org.emova4j.eval.internal.observe.ResynthesisMeasurement.STOI;
import static org.emova4j.eval.internal.observe.ResynthesisMeasurement.VOICING;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.emova4j.eval.Better;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.internal.observe.Observation;
import org.emova4j.eval.metric.Bootstrap;
import org.emova4j.eval.metric.Distances;
import org.emova4j.eval.metric.EditCounts;
import org.emova4j.eval.metric.TextNormaliser;

/** What is measured of recordings that are spoken again in their own style. */
final class ResynthesisMeasures {
  static final String SECTION = "resynthesis";

  private static final double PERCENT = 100;

  private final Map<Corpus.Item, Observation> seen;
  private final Measures measures;

  ResynthesisMeasures(Measures.Clusters clusters, Map<Corpus.Item, Observation> seen) {
    this.seen = seen;
    measures = new Measures(SECTION, clusters, seen);
  }

  List<Measure<?>> all() {
    Better lower = Better.LOWER;
    measures.mean("mcd", "mel-cepstral distortion", "dB", lower, MEL_CEPSTRAL, 1);
    measures.mean("lsd", "log-spectral distance", "dB", lower, LOG_SPECTRAL, 1);
    measures.mean("stoi", "STOI", "", Better.HIGHER, STOI, 1);
    measures.mean("estoi", "ESTOI", "", Better.HIGHER, ESTOI, 1);
    f0("", "", "");
    measures.mean(
        "duration", "duration, of the original's", "%", Better.NEITHER, DURATION, PERCENT);
    String predicted = ", predicted prosody";
    measures.mean(
        "mcd_predicted",
        "mel-cepstral distortion, aligned" + predicted,
        "dB",
        lower,
        PREDICTED + MEL_CEPSTRAL,
        1);
    f0(PREDICTED, "_predicted", predicted);
    measures.mean(
        "duration_predicted",
        "duration, of the original's" + predicted,
        "%",
        Better.NEITHER,
        PREDICTED + DURATION,
        PERCENT);
    voice();
    words("wer_original", "word error rate of the recordings", ORIGINAL);
    words("wer", "word error rate", AGAIN);
    words("wer_predicted", "word error rate" + predicted, PREDICTED + AGAIN);
    return measures.all();
  }

  private void f0(String prefix, String suffix, String note) {
    measures.mean(
        "f0_correlation" + suffix,
        "F0 correlation" + note,
        "",
        Better.HIGHER,
        prefix + F0_CORRELATION,
        1);
    measures.mean(
        "f0_error" + suffix,
        "F0 error, median of a recording" + note,
        "cents",
        Better.LOWER,
        prefix + F0_CENTS,
        1);
    measures.mean(
        "f0_gross_error" + suffix,
        "F0 gross errors (over 20 %)" + note,
        "%",
        Better.LOWER,
        prefix + F0_GROSS,
        PERCENT);
    measures.mean(
        "voicing_error" + suffix,
        "voicing errors" + note,
        "%",
        Better.LOWER,
        prefix + VOICING,
        PERCENT);
  }

  /** Portraits are compared after each of their values is brought to mean 0 and deviation 1. */
  private void voice() {
    Map<Corpus.Item, double[]> original = vectors(ORIGINAL);
    Map<Corpus.Item, double[]> again = vectors(AGAIN);
    standardise(original, again);
    measures.mean(
        "speaker_similarity",
        "speaker similarity (cosine of cepstral statistics)",
        "",
        Better.HIGHER,
        measures.observations(
            each -> {
              double cosine =
                  Distances.cosine(original.get(each.getKey()), again.get(each.getKey()));
              return Double.isNaN(cosine) ? null : cosine;
            }));
    measures.add(
        "speaker_eer",
        "equal error rate: whose voice is it?",
        "%",
        Better.LOWER,
        Measure.Interval.BOOTSTRAP,
        Probes.trials(again, original),
        list -> PERCENT * Probes.Trials.equalErrorRate(list));
    measures.add(
        "speaker_eer_original",
        "the same of the recordings themselves",
        "%",
        Better.NEITHER,
        Measure.Interval.BOOTSTRAP,
        Probes.trials(original, original),
        list -> PERCENT * Probes.Trials.equalErrorRate(list));
  }

  private Map<Corpus.Item, double[]> vectors(String name) {
    Map<Corpus.Item, double[]> vectors = new TreeMap<>(Comparator.comparing(Corpus.Item::name));
    seen.forEach((item, observation) -> vectors.put(item, observation.vectors().get(name).clone()));
    return vectors;
  }

  /** By the originals' means and deviations. */
  private static void standardise(
      Map<Corpus.Item, double[]> original, Map<Corpus.Item, double[]> again) {
    if (original.isEmpty()) {
      return;
    }
    int length = original.values().iterator().next().length;
    for (int i = 0; i < length; i++) {
      int index = i;
      double[] column = original.values().stream().mapToDouble(v -> v[index]).toArray();
      double mean = Arrays.stream(column).average().orElse(0);
      double squares = Arrays.stream(column).map(v -> (v - mean) * (v - mean)).average().orElse(0);
      double deviation = squares > 0 ? Math.sqrt(squares) : 1;
      original.values().forEach(v -> v[index] = (v[index] - mean) / deviation);
      again.values().forEach(v -> v[index] = (v[index] - mean) / deviation);
    }
  }

  private void words(String name, String label, String heard) {
    words(measures, name, label, heard);
  }

  /** Edits over words of the transcripts, of all recordings for which something was heard. */
  static void words(Measures measures, String name, String label, String heard) {
    List<Bootstrap.Observation<EditCounts>> edits =
        measures.observations(
            each ->
                each.getValue()
                    .text(heard)
                    .map(
                        text ->
                            TextNormaliser.wordErrors(
                                each.getKey().transcript().orElseThrow(), text))
                    .orElse(null));
    measures.add(
        name,
        label,
        "%",
        Better.LOWER,
        Measure.Interval.BOOTSTRAP,
        edits,
        list -> PERCENT * list.stream().reduce(EditCounts.NONE, EditCounts::plus).rate());
  }
}
