package org.emova4j.runtime.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.style.Style;
import org.emova4j.eval.Subject;
import org.emova4j.runtime.Json;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Slice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The process in which {@code eval} measures speed: one subject, so many threads. */
@Command(
    name = EvalSpeedCommand.NAME,
    hidden = true,
    description = "Measures the speed of one tokenizer and its voice.")
final class EvalSpeedCommand extends Subcommand {
  static final String NAME = "eval-speed";

  private static final int WARM_UP_RUNS = 2;

  @Mixin PartOptions parts = new PartOptions();

  @Option(names = "--input", required = true, description = "Some seconds of speech.")
  Path input;

  @Option(names = "--first", required = true, description = "A short sentence.")
  Path first;

  @Option(names = "--runs", required = true, description = "Runs of each.")
  int runs;

  @Option(names = "--units-alone", description = "Make no sound of the units.")
  boolean unitsAlone;

  EvalSpeedCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    Map<String, Object> result = new LinkedHashMap<>();
    try (Services services =
        environment.open(Slice.ALL, common.settings().withDeployFolder(true))) {
      ConversionRequest.Parts ids = parts.parts();
      Subject subject =
          new EvalParts(services).subject(ids.tokenizer(), ids.style(), ids.vocoder());
      AudioReader reader = services.require(AudioReader.class);
      boolean speaks = subject.voice().isPresent() && !unitsAlone;
      Work work = new Work(subject, speaks, reader);
      work.whole(first);
      result.put("cold", sinceStart());
      result.put("first", timed(() -> work.whole(first)));
      List<Double> tokenize = timed(() -> work.tokenize(input));
      result.put("tokenize", tokenize);
      if (speaks) {
        EnergyMeter meter = EnergyMeter.start(EnergyMeter.LINUX);
        result.put("convert", timed(() -> work.whole(input)));
        meter.joules().ifPresent(j -> result.put("joules", j / (runs + WARM_UP_RUNS)));
      }
    }
    console().out().println(Json.write(result));
    return 0;
  }

  private static double sinceStart() {
    return (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3;
  }

  /** What is timed. */
  private interface Step {
    void run() throws SpeechException;
  }

  private List<Double> timed(Step step) throws SpeechException {
    List<Double> seconds = new ArrayList<>();
    for (int run = -WARM_UP_RUNS; run < runs; run++) {
      long begin = System.nanoTime();
      step.run();
      if (run >= 0) {
        seconds.add((System.nanoTime() - begin) / 1e9);
      }
    }
    return seconds;
  }

  /** Recordings are decoded once: what is timed begins with the sound in memory. */
  private static final class Work {
    private final Subject subject;
    private final boolean speaks;
    private final AudioReader reader;
    private final Map<String, Audio> sounds = new LinkedHashMap<>();

    Work(Subject subject, boolean speaks, AudioReader reader) {
      this.subject = subject;
      this.speaks = speaks;
      this.reader = reader;
    }

    private Audio sound(Path file, int rate) throws SpeechException {
      String key = file + " " + rate;
      if (!sounds.containsKey(key)) {
        sounds.put(key, reader.decode(file, DecodeOptions.atRate(rate)));
      }
      return sounds.get(key);
    }

    void tokenize(Path file) throws SpeechException {
      subject.tokenizer().tokenize(sound(file, subject.tokenizer().sampleRate()));
    }

    /** A conversion where there is a voice; else units are all that there is. */
    void whole(Path file) throws SpeechException {
      if (!speaks) {
        tokenize(file);
        return;
      }
      Subject.Voice voice = subject.voice().orElseThrow();
      ConversionRequest request =
          new ConversionRequest(Style.DEFAULT, Optional.empty(), true, voice.parts());
      Audio made =
          voice.converter().convert(sound(file, voice.converter().sampleRate(request)), request);
      if (made.length() == 0) {
        throw new IllegalStateException("a conversion made no sound");
      }
    }
  }
}
