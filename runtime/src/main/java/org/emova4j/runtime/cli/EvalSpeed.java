package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.eval.Better;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.Figure;
import org.emova4j.eval.Plot;
import org.emova4j.eval.Subject;
import org.emova4j.runtime.Json;

/** Speed, memory and energy of subjects, each measured in a process of its own. */
final class EvalSpeed {
  static final String SECTION = "speed";

  /** What a subject is timed on, in seconds. */
  static final int SECONDS = 10;

  /** The short sentence whose first sound is waited for, in seconds at the most. */
  static final int FIRST_SECONDS = 3;

  private static final int RATE = 16_000;
  private static final List<String> THREADS = List.of("1", "all");

  private final Path home;
  private final Path folder;
  private final List<String> common;
  private final int runs;
  private final List<Figure> figures = new ArrayList<>();

  /**
   * @param home the distribution
   * @param folder for the sounds that are timed
   * @param common options for every process
   */
  EvalSpeed(Path home, Path folder, List<String> common, int runs) {
    this.home = home;
    this.folder = folder;
    this.common = List.copyOf(common);
    this.runs = runs;
  }

  /** Takes the corpus's first recordings, repeated as needed. */
  void prepare(Corpus corpus, AudioReader reader, AudioWriter writer)
      throws IOException, SpeechException {
    float[] speech = new float[SECONDS * RATE];
    int filled = 0;
    while (filled < speech.length) {
      int before = filled;
      for (Corpus.Item item : corpus.limited(SECONDS).items()) {
        Audio sound;
        try {
          sound = reader.decode(item.file(), DecodeOptions.atRate(RATE));
        } catch (UnsupportedAudioException e) {
          continue; // the failures of the other sections name it
        }
        int n = Math.min(sound.length(), speech.length - filled);
        sound.buffer().get(speech, filled, n);
        filled += n;
      }
      if (filled == before) {
        throw new IOException("the corpus holds no sound to time");
      }
    }
    Audio whole = Audio.adopt(speech, RATE);
    writer.encode(whole, input(), EncodeOptions.of(AudioFormat.WAV));
    Audio first = whole.slice(0, FIRST_SECONDS * RATE);
    writer.encode(first, first(), EncodeOptions.of(AudioFormat.WAV));
  }

  private Path input() {
    return folder.resolve("speech.wav");
  }

  private Path first() {
    return folder.resolve("first.wav");
  }

  /** Times a subject with one thread and with all. */
  void measure(Subject subject, Optional<String> style, Optional<String> vocoder)
      throws IOException, InterruptedException, FailedException {
    for (String threads : THREADS) {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  EvalSpeedCommand.NAME,
                  "--tokenizer",
                  subject.name(),
                  "--input",
                  input().toString(),
                  "--first",
                  first().toString(),
                  "--runs",
                  String.valueOf(runs),
                  "--threads",
                  threads));
      if (subject.voice().isEmpty()) {
        arguments.add("--units-alone");
      }
      style.ifPresent(id -> arguments.addAll(List.of("--style", id)));
      vocoder.ifPresent(id -> arguments.addAll(List.of("--vocoder", id)));
      arguments.addAll(common);
      ChildProcess.Outcome outcome = ChildProcess.run(home, Map.of(), arguments);
      add(subject, threads, Json.parseObject(outcome.output()), outcome);
    }
  }

  private void add(
      Subject subject, String threads, Map<String, Object> result, ChildProcess.Outcome outcome) {
    String on = threads.equals("1") ? "one core" : "all cores";
    String of = subject.voice().isPresent() ? "sound" : "units";
    factor(
        subject, "real_time_factor_tokenizer_" + threads, "tokenizing, " + on, result, "tokenize");
    factor(subject, "real_time_factor_" + threads, "converting, " + on, result, "convert");
    if (threads.equals("1")) {
      return;
    }
    seconds(result, "first")
        .ifPresent(
            s ->
                add(
                    subject,
                    "time_to_first",
                    "time to the first %s of %d s of speech".formatted(of, FIRST_SECONDS),
                    "ms",
                    scaled(s, 1000)));
    add(
        subject,
        "time_to_first_cold",
        "the same from the start of the process",
        "s",
        new Figures(((Number) result.get("cold")).doubleValue()));
    outcome
        .peakMegabytes()
        .ifPresent(
            m -> add(subject, "memory", "resident memory at the most", "MB", new Figures(m)));
    if (result.get("joules") instanceof Number joules) {
      add(
          subject,
          "energy",
          "energy of a second of speech, all of the processor",
          "J",
          new Figures(joules.doubleValue() / SECONDS));
    }
  }

  private void factor(
      Subject subject, String name, String label, Map<String, Object> result, String key) {
    seconds(result, key)
        .ifPresent(
            s -> add(subject, name, label + ", seconds a second", "", scaled(s, 1.0 / SECONDS)));
  }

  private static Optional<Figures> seconds(Map<String, Object> result, String key) {
    if (!(result.get(key) instanceof List<?> list)) {
      return Optional.empty();
    }
    return Optional.of(
        new Figures(list.stream().mapToDouble(v -> ((Number) v).doubleValue()).toArray()));
  }

  private static Figures scaled(Figures figures, double factor) {
    return figures.dividedBy(1 / factor);
  }

  private void add(Subject subject, String name, String label, String unit, Figures values) {
    boolean range = values.runs() > 1;
    figures.add(
        new Figure(
            subject.name(),
            SECTION,
            name,
            label,
            unit,
            Better.LOWER,
            values.median(),
            range ? values.min() : Double.NaN,
            range ? values.max() : Double.NaN,
            values.runs(),
            1,
            range ? "range" : "none"));
  }

  List<Figure> figures() {
    return List.copyOf(figures);
  }

  /** Bars of what takes how long. */
  Optional<Plot> plot() {
    List<Figure> factors =
        figures.stream().filter(f -> f.name().startsWith("real_time_factor")).toList();
    if (factors.isEmpty()) {
      return Optional.empty();
    }
    List<String> names = factors.stream().map(Figure::name).distinct().toList();
    Map<String, double[]> series = new LinkedHashMap<>();
    for (String subject : factors.stream().map(Figure::subject).distinct().toList()) {
      series.put(
          subject,
          names.stream()
              .mapToDouble(
                  name ->
                      factors.stream()
                          .filter(f -> f.subject().equals(subject) && f.name().equals(name))
                          .mapToDouble(Figure::value)
                          .findFirst()
                          .orElse(0))
              .toArray());
    }
    List<String> labels =
        names.stream()
            .map(
                name ->
                    factors.stream()
                        .filter(f -> f.name().equals(name))
                        .findFirst()
                        .orElseThrow()
                        .label()
                        .replace(", seconds a second", ""))
            .toList();
    return Optional.of(
        new Plot.Bars(
            "Speed",
            "Medians of %d runs; below 1 is faster than real time.".formatted(runs),
            "",
            "seconds a second of speech",
            labels,
            series));
  }
}
