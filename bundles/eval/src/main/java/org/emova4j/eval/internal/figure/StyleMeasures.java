package org.emova4j.eval.internal.figure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.eval.Better;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.Plot;
import org.emova4j.eval.internal.observe.Observation;
import org.emova4j.eval.internal.observe.StyleMeasurement;
import org.emova4j.eval.metric.Bootstrap;
import org.emova4j.eval.metric.ConfusionMatrix;

/** What is measured of style controls. */
final class StyleMeasures {
  static final String SECTION = "style";

  private static final String EMOTION = "emotion ";
  private static final double PERCENT = 100;

  private final StyleCatalogue catalogue;
  private final Map<Corpus.Item, Observation> seen;
  private final Map<Corpus.Item, Observation> recordings;
  private final Measures.Clusters clusters;
  private final Measures measures;
  private final List<Plot> confusions = new ArrayList<>();

  /**
   * @param recordings what was observed of the recordings themselves
   */
  StyleMeasures(
      StyleCatalogue catalogue,
      Measures.Clusters clusters,
      Map<Corpus.Item, Observation> seen,
      Map<Corpus.Item, Observation> recordings) {
    this.catalogue = catalogue;
    this.clusters = clusters;
    this.seen = seen;
    this.recordings = recordings;
    measures = new Measures(SECTION, clusters, seen);
  }

  List<Measure<?>> all() {
    for (String control : StyleMeasurement.controls(catalogue).keySet()) {
      String id = control.replaceAll("[^\\p{Alnum}]+", "_");
      measures.mean(
          "f0_" + id,
          control + ": median F0",
          "st",
          Better.NEITHER,
          StyleMeasurement.semitones(control),
          1);
      measures.mean(
          "duration_" + id,
          control + ": duration",
          "%",
          Better.NEITHER,
          StyleMeasurement.duration(control),
          1);
      measures.mean(
          "liveliness_" + id,
          control + ": deviation of F0",
          "st",
          Better.NEITHER,
          StyleMeasurement.liveliness(control),
          1);
      if (control.startsWith(EMOTION)) {
        measures.mean(
            "monotonicity_" + id,
            control + ": more intensity is further away",
            "",
            Better.HIGHER,
            StyleMeasurement.monotonicity(control.substring(EMOTION.length())),
            1);
      }
      ResynthesisMeasures.words(
          measures, "wer_" + id, control + ": word error rate", StyleMeasurement.heard(control));
    }
    ResynthesisMeasures.words(
        measures,
        "wer_baseline",
        "default style: word error rate",
        StyleMeasurement.heard(StyleMeasurement.BASELINE));
    recognised();
    judges();
    return measures.all();
  }

  private void judges() {
    Map<String, String> controls = new LinkedHashMap<>();
    Map<String, ?> changing = StyleMeasurement.controls(catalogue);
    EmotionJudges.plain(catalogue.emotions(), changing)
        .ifPresent(emotion -> controls.put(StyleMeasurement.BASELINE, emotion));
    catalogue.emotions().stream()
        .filter(emotion -> changing.containsKey(EMOTION + emotion))
        .forEach(emotion -> controls.put(EMOTION + emotion, emotion));
    EmotionJudges judges = new EmotionJudges(controls, measures, clusters, seen);
    judges.tellApart();
    judges.judgeByPeople(recordings);
    confusions.addAll(judges.plots());
  }

  /** How many of a recording's emotions the style module hears as what they were to be. */
  private void recognised() {
    List<Bootstrap.Observation<Double>> shares =
        measures.observations(
            each -> {
              List<String[]> judged = judged(each.getValue());
              long right = judged.stream().filter(pair -> pair[0].equals(pair[1])).count();
              return judged.isEmpty() ? null : PERCENT * right / judged.size();
            });
    measures.mean(
        "emotion_recognised",
        "emotions that the style module hears as asked",
        "%",
        Better.HIGHER,
        shares);
  }

  /** What was asked and what was heard, of each emotion and of none. */
  private List<String[]> judged(Observation observation) {
    List<String[]> pairs = new ArrayList<>();
    for (String emotion : catalogue.emotions()) {
      Optional<String> heard = observation.text(StyleMeasurement.judged(EMOTION + emotion));
      if (heard.isEmpty() && !StyleMeasurement.controls(catalogue).containsKey(EMOTION + emotion)) {
        heard = observation.text(StyleMeasurement.judged(StyleMeasurement.BASELINE));
      }
      heard.ifPresent(text -> pairs.add(new String[] {emotion, text}));
    }
    return pairs;
  }

  List<Plot> plots() {
    List<Plot> plots = new ArrayList<>(confusions);
    List<String> asked = new ArrayList<>();
    List<String> heard = new ArrayList<>();
    for (Observation observation : seen.values()) {
      for (String[] pair : judged(observation)) {
        asked.add(pair[0]);
        heard.add(pair[1]);
      }
    }
    if (!asked.isEmpty()) {
      plots.add(
          Heats.confusion(
              "Emotions asked for and heard",
              "Judged by the style module itself: it says whether a control does what its own"
                  + " labels mean, not what people hear.",
              ConfusionMatrix.of(asked, heard),
              catalogue.emotions()));
    }
    seen.entrySet().stream().findFirst().ifPresent(first -> contours(first, plots));
    return plots;
  }

  private void contours(Map.Entry<Corpus.Item, Observation> example, List<Plot> plots) {
    for (String kind : List.of("emotion", "pitch", "speed", "speaker")) {
      Map<String, double[]> curves = new LinkedHashMap<>();
      curve(example.getValue(), StyleMeasurement.BASELINE, "default", curves);
      StyleMeasurement.controls(catalogue).keySet().stream()
          .filter(control -> control.startsWith(kind + " "))
          .forEach(
              control ->
                  curve(example.getValue(), control, control.substring(kind.length() + 1), curves));
      if (curves.size() > 1) {
        plots.add(
            new Plot.Curves(
                "F0 by " + kind, example.getKey().name(), "seconds", "Hz", 0.01, curves));
      }
    }
  }

  private static void curve(
      Observation observation, String control, String name, Map<String, double[]> curves) {
    double[] contour = observation.vectors().get(StyleMeasurement.contour(control));
    if (contour != null) {
      double[] voiced = contour.clone();
      for (int t = 0; t < voiced.length; t++) {
        voiced[t] = voiced[t] == 0 ? Double.NaN : voiced[t];
      }
      curves.put(name, voiced);
    }
  }
}
