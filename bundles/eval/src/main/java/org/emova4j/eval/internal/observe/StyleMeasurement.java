package org.emova4j.eval.internal.observe;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.EvalOptions;
import org.emova4j.eval.EvalTools;
import org.emova4j.eval.Recogniser;
import org.emova4j.eval.Subject;
import org.emova4j.eval.metric.Correlation;
import org.emova4j.eval.metric.EffectSize;
import org.emova4j.eval.metric.F0Track;
import org.emova4j.eval.metric.F0Tracker;
import org.emova4j.eval.metric.MelCepstra;
import org.emova4j.eval.metric.SpectralDistance;

/** A recording in every style of a catalogue, each beside the default style of the same speaker. */
public final class StyleMeasurement implements Measurement {
  /** The style that the others are compared with. */
  public static final String BASELINE = "baseline";

  private static final List<String> PLAIN = List.of("normal", "neutral");
  private static final double[] INTENSITIES = {0, 0.25, 0.5, 0.75, 1};
  private static final String EMOTION = "emotion ";

  private final Subject subject;
  private final EvalTools tools;
  private final Voicing voicing;
  private final StyleCatalogue catalogue;
  private final Style baseline;
  private final F0Tracker tracker = new F0Tracker();

  public StyleMeasurement(Subject subject, EvalTools tools, EvalOptions options) {
    this.subject = subject;
    this.tools = tools;
    voicing =
        new Voicing(
            subject.voice().orElseThrow(),
            tools,
            new Recordings(tools.reader(), options.longest()));
    catalogue = voicing.voice().styles().catalogue();
    baseline = Style.DEFAULT.withSpeaker(speakers(catalogue).get(0));
  }

  private static List<String> speakers(StyleCatalogue catalogue) {
    return catalogue.speakers().stream().filter(s -> !s.equals(Style.SAME_SPEAKER)).toList();
  }

  /** Every control of a catalogue that differs from the default, by name. */
  public static Map<String, Style> controls(StyleCatalogue catalogue) {
    List<String> speakers = speakers(catalogue);
    Style baseline = Style.DEFAULT.withSpeaker(speakers.get(0));
    Map<String, Style> controls = new LinkedHashMap<>();
    speakers.stream()
        .skip(1)
        .forEach(s -> controls.put("speaker " + s, Style.DEFAULT.withSpeaker(s)));
    changed(catalogue.emotions()).forEach(e -> controls.put(EMOTION + e, baseline.withEmotion(e)));
    changed(catalogue.pitches())
        .forEach(p -> controls.put("pitch " + p, baseline.withPitch(new Style.Label(p))));
    changed(catalogue.speeds())
        .forEach(s -> controls.put("speed " + s, baseline.withSpeed(new Style.Label(s))));
    return controls;
  }

  /**
   * Labels that aren't the default: the first, unless there is one that says it changes nothing.
   */
  private static List<String> changed(List<String> labels) {
    String plain =
        labels.stream()
            .filter(PLAIN::contains)
            .findFirst()
            .orElse(labels.isEmpty() ? "" : labels.get(0));
    return labels.stream().filter(label -> !label.equals(plain)).toList();
  }

  public static String semitones(String control) {
    return "semitones " + control;
  }

  public static String duration(String control) {
    return "duration " + control;
  }

  /** How lively the melody is, in semitones. */
  public static String liveliness(String control) {
    return "liveliness " + control;
  }

  /** What a sound is like: voice and melody in numbers. */
  public static String features(String control) {
    return "features " + control;
  }

  /** F0 in hertz of each 10 ms, 0 where unvoiced. */
  public static String contour(String control) {
    return "contour " + control;
  }

  /** The emotion that the style module heard in it. */
  public static String judged(String control) {
    return "judged " + control;
  }

  /** What a recogniser heard of it. */
  public static String heard(String control) {
    return "heard " + control;
  }

  /** Rank correlation of an emotion's intensity and its distance from none. */
  public static String monotonicity(String emotion) {
    return "monotonicity " + emotion;
  }

  @Override
  public String name() {
    return "style " + subject.name();
  }

  @Override
  public String fingerprint() {
    return "2 %s %s %s"
        .formatted(
            subject.fingerprint(), catalogue, tools.recogniser().map(Recogniser::name).orElse(""));
  }

  @Override
  public Observation measure(Corpus.Item item)
      throws SpeechException, IOException, InterruptedException {
    Observation.Builder seen = new Observation.Builder();
    Audio plain = voicing.speak(item, baseline);
    F0Track plainTrack = tracker.track(plain);
    look(item, seen, BASELINE, plain, plainTrack);
    for (Map.Entry<String, Style> control : controls(catalogue).entrySet()) {
      String name = control.getKey();
      Audio sound = voicing.speak(item, control.getValue());
      F0Track track = tracker.track(sound);
      look(item, seen, name, sound, track);
      double from = plainTrack.medianHertz();
      double to = track.medianHertz();
      boolean voiced = from > 0 && to > 0;
      seen.number(semitones(name), voiced ? EffectSize.semitones(from, to) : Double.NaN)
          .number(duration(name), EffectSize.percent(seconds(plain), seconds(sound)))
          .number(liveliness(name), track.deviationSemitones() - plainTrack.deviationSemitones());
      if (name.startsWith(EMOTION) && catalogue.intensity()) {
        String emotion = name.substring(EMOTION.length());
        seen.number(monotonicity(emotion), monotonicity(item, emotion, plain, sound));
      }
    }
    return seen.build();
  }

  private static double seconds(Audio sound) {
    return sound.duration().toNanos() / 1e9;
  }

  private void look(
      Corpus.Item item, Observation.Builder seen, String name, Audio sound, F0Track track)
      throws SpeechException, IOException, InterruptedException {
    seen.vector(
        contour(name), Arrays.stream(track.hertz()).map(f -> Math.rint(10 * f) / 10).toArray());
    seen.vector(features(name), Voicing.features(sound, track));
    voicing.describe(sound).emotion().ifPresent(emotion -> seen.text(judged(name), emotion));
    if (tools.recogniser().isPresent() && item.transcript().isPresent()) {
      seen.text(heard(name), tools.recogniser().get().recognise(sound));
    }
  }

  private double monotonicity(Corpus.Item item, String emotion, Audio none, Audio full)
      throws SpeechException {
    MelCepstra without = MelCepstra.of(none);
    double[] distances = new double[INTENSITIES.length];
    for (int i = 1; i < INTENSITIES.length; i++) {
      Audio sound =
          INTENSITIES[i] == 1
              ? full
              : voicing.speak(item, baseline.withEmotion(emotion).withIntensity(INTENSITIES[i]));
      MelCepstra with = MelCepstra.of(sound);
      distances[i] = SpectralDistance.melCepstral(without, with, MelCepstra.align(without, with));
    }
    return Correlation.spearman(INTENSITIES, distances);
  }
}
