package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest.Component;
import org.emova4j.api.model.ModelRepository;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.runtime.Offer;
import org.emova4j.runtime.Services;

/** Time and memory of one tokenizer or vocoder, and how far they are from what a machine can do. */
final class ModelBench {
  /** Lengths of speech that are measured. */
  static final int[] SECONDS = {10, 60};

  private static final int WARM_UP_RUNS = 1;

  private final String name;
  private final Component component;
  private final NetworkCost cost;

  private ModelBench(String name, Component component, NetworkCost cost) {
    this.name = name;
    this.component = component;
    this.cost = cost;
  }

  /**
   * @throws FailedException if no such model is installed, or it is neither tokenizer nor vocoder
   *     of an architecture whose operations are known
   */
  static ModelBench of(Services services, String id)
      throws FailedException, SpeechException, IOException {
    List<ModelArchive> models = services.require(ModelRepository.class).list();
    for (ModelArchive archive : models) {
      Optional<Component> component =
          archive.manifest().components().stream()
              .filter(c -> c.role().equals("tokenizer") || c.role().equals("vocoder"))
              .filter(c -> c.files().containsKey("weights") && c.files().containsKey("config"))
              .findFirst();
      if (archive.manifest().id().equals(id) && component.isPresent()) {
        NetworkCost cost =
            NetworkCost.of(
                archive.file(component.get().files().get("weights")),
                archive.file(component.get().files().get("config")));
        return new ModelBench(archive.manifest().name(), component.get(), cost);
      }
    }
    throw new FailedException(
        "there is no model \"%s\" with a spiral-fsq tokenizer or a uvits vocoder; known: %s"
            .formatted(
                id, models.stream().map(m -> m.manifest().id()).collect(Collectors.joining(", "))));
  }

  boolean tokenizes() {
    return component.role().equals("tokenizer");
  }

  /**
   * What one process measures: seconds of each run, of the speech, and operations a second.
   *
   * @param input what a tokenizer gets; null for a vocoder
   */
  static Map<String, Object> work(Services services, String id, Path input, int seconds, int runs)
      throws SpeechException {
    List<Double> times = new ArrayList<>();
    double speech = 0;
    Step step = input != null ? tokenizing(services, id, input) : vocoding(services, id, seconds);
    for (int run = -WARM_UP_RUNS; run < runs; run++) {
      long begin = System.nanoTime();
      speech = step.run();
      if (run >= 0) {
        times.add((System.nanoTime() - begin) / 1e9);
      }
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("times", times);
    result.put("speech", speech);
    result.put("matrixMultiply", services.measureMatrixMultiply());
    return result;
  }

  /** One run; returns how many seconds of speech it was about. */
  private interface Step {
    double run() throws SpeechException;
  }

  private static Step tokenizing(Services services, String id, Path input) throws SpeechException {
    SpeechTokenizer tokenizer = services.require(SpeechTokenizer.class, Optional.of(id));
    List<Offer<AudioReader>> readers = services.all(AudioReader.class);
    Audio speech =
        readers
            .get(readers.size() - 1) // the plainest will do, and FFmpeg's memory is not measured
            .service()
            .decode(input, DecodeOptions.atRate(tokenizer.sampleRate()));
    return () -> {
      if (tokenizer.tokenize(speech).length() == 0) {
        throw new IllegalStateException("no units came out");
      }
      return seconds(speech);
    };
  }

  private static Step vocoding(Services services, String id, int seconds) throws SpeechException {
    Vocoder vocoder = services.require(Vocoder.class, Optional.of(id));
    StyleVector style =
        services
            .require(StyleModule.class, Map.of(ServiceProperties.STYLE_SPACE, vocoder.styleSpace()))
            .service()
            .encode(Style.DEFAULT);
    Codebook codebook = vocoder.codebook();
    int length = (int) (seconds * 1_000_000_000L / codebook.unitDuration().toNanos());
    int[] units = new SplittableRandom(1).ints(length, 0, codebook.size()).toArray();
    int[] durations = new int[length];
    java.util.Arrays.fill(durations, 1);
    UnitSequence timed = UnitSequence.ofTimed(codebook, units, durations);
    return () -> seconds(vocoder.vocode(timed, style));
  }

  private static double seconds(Audio audio) {
    return (double) audio.length() / audio.sampleRate();
  }

  /** Takes in what one process measured. */
  void add(
      String threads,
      int length,
      ChildProcess.Outcome outcome,
      Map<String, Object> report,
      List<String> lines)
      throws IOException {
    Map<String, Object> measured = org.emova4j.runtime.Json.parseObject(outcome.output());
    List<Double> times =
        ((List<?>) measured.get("times")).stream().map(v -> ((Number) v).doubleValue()).toList();
    double speech = ((Number) measured.get("speech")).doubleValue();
    double machine = ((Number) measured.get("matrixMultiply")).doubleValue();
    double operations = cost.perSecond(component.architecture(), speech);
    Figures perSecond = Figures.of(times).dividedBy(speech);
    double reached = operations / perSecond.median();

    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("secondsPerSecond", perSecond.facts());
    facts.put("speechSeconds", speech);
    outcome.peakMegabytes().ifPresent(m -> facts.put("peakMegabytes", m));
    facts.put("gigaflopPerSecondOfSpeech", operations / 1e9);
    facts.put("gigaflopsReached", reached / 1e9);
    facts.put("gigaflopsOfMatrixMultiply", machine / 1e9);
    report.put("%s.threads.%s.seconds.%d".formatted(component.role(), threads, length), facts);
    if (lines.isEmpty()) {
      lines.add("%s, %s %s".formatted(name, component.role(), component.architecture()));
    }
    lines.add(
        "  threads: %s, %.1f s of speech: %s s a second, %s MB resident at the most"
            .formatted(
                threads,
                speech,
                perSecond.show(4),
                outcome.peakMegabytes().isPresent()
                    ? outcome.peakMegabytes().getAsLong()
                    : "unknown"));
    lines.add(
        "    %.2f GFLOP a second of speech, at %.1f GFLOP/s: %.0f %% of the %.1f GFLOP/s of matrix multiplication"
            .formatted(operations / 1e9, reached / 1e9, 100 * reached / machine, machine / 1e9));
  }
}
