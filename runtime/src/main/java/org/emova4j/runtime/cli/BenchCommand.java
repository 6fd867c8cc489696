package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.runtime.Distribution;
import org.emova4j.runtime.Folders;
import org.emova4j.runtime.Json;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Slice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Speed and memory, each measured in a process of its own. */
@Command(
    name = "bench",
    description = {
      "Measures the speed of conversions and the memory that they take.",
      "",
      "That is the speed by stage, the time from the start of a process to the end of a conversion,",
      "the memory that a long file takes, and what cutting it into pieces changes. --threads takes a",
      "list here. With --model, it is one tokenizer or vocoder alone, compared with how fast this",
      "machine multiplies matrices.",
    },
    footer = {
      "",
      "Examples:",
      "  emova bench",
      "  emova bench --runs 5 --threads 1,all --json",
      "  emova bench --input talk.mp3 --skip memory,seams",
      "  emova bench --llm --threads 1",
      "  emova bench --model emova-s2u",
    })
final class BenchCommand extends Subcommand {
  private static final int STAGE_SECONDS = 10;
  private static final int START_SECONDS = 5;
  private static final int MEMORY_SECONDS = 600;
  private static final int SEAM_SECONDS = 90;
  private static final int ONE_PIECE_SECONDS = 600;
  private static final int SPEECH_RATE = 16_000;
  private static final List<String> STAGES =
      List.of("tokenize", "prosody", "vocode", "whole", "cpu");
  private static final List<String> PARTS = List.of("stages", "start", "memory", "seams");

  @Option(names = "--runs", paramLabel = "N", description = "Runs of each (default: 5).")
  int runs = 5;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "Speech to convert, repeated as needed (default: the samples).")
  Path input;

  @Option(
      names = "--skip",
      paramLabel = "PART",
      split = ",",
      description = "Leave out stages, start, memory or seams.")
  List<String> skipped = List.of();

  @Option(
      names = "--model",
      paramLabel = "ID",
      description = "Measure this tokenizer or vocoder alone, at 10 and 60 s.")
  String model;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Option(
      names = "--llm",
      description =
          "Time a language model of half a billion parameters in this process instead, against the"
              + " speed of memory (threads: 1; takes 3 GB of memory and 1 GB of disk).")
  boolean llm;

  /** Seconds of speech that a vocoder is to make; the command gives it to itself. */
  @Option(names = "--seconds", hidden = true)
  int seconds = STAGE_SECONDS;

  /** Time the stages in this very process and print them; the command calls itself so. */
  @Option(names = "--worker", hidden = true)
  boolean worker;

  private final Map<String, Object> report = new LinkedHashMap<>();
  private final List<String> lines = new ArrayList<>();

  BenchCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    if (runs < 1 || runs > 10_000) {
      throw new UsageException("--runs %d is outside 1..10000".formatted(runs));
    }
    for (String part : skipped) {
      if (!PARTS.contains(part)) {
        throw new UsageException(
            "unknown part \"%s\"; known: %s".formatted(part, String.join(", ", PARTS)));
      }
    }
    if (worker) {
      return model == null ? work() : workOnModel();
    }
    if (llm) {
      common.threads = common.threads == null ? "1" : common.threads;
      return new LlmBench(environment, common.settings()).run(json);
    }
    List<String> threads =
        List.of((common.threads == null ? standardThreads() : common.threads).split(","));
    threads.forEach(CommonOptions::threads);
    common.threads = null; // the list is for the workers; this process itself takes the default
    Path home = Distribution.current().home();
    Path folder = Files.createTempDirectory("emova-bench-");
    Thread remover = new Thread(() -> Folders.deleteQuietly(folder), "emova-remove");
    Runtime.getRuntime().addShutdownHook(remover);
    try (Progress progress = new Progress(console())) {
      progress.stage("preparing");
      if (model != null) {
        return measureModel(home, folder, threads, progress);
      }
      prepare(folder, START_SECONDS, STAGE_SECONDS, SEAM_SECONDS, MEMORY_SECONDS);
      if (!skipped.contains("stages")) {
        for (String number : threads) {
          progress.stage("timing the stages, threads: " + number);
          measureStages(home, folder, number);
        }
      }
      if (!skipped.contains("start")) {
        progress.stage("timing whole processes");
        measureStart(home, folder);
      }
      if (!skipped.contains("memory")) {
        progress.stage("converting 10 minutes");
        measureMemory(home, folder);
      }
      if (!skipped.contains("seams")) {
        progress.stage("comparing pieces");
        measureSeams(home, folder);
      }
    }
    return say();
  }

  private int say() {
    if (json) {
      console().out().println(Json.writePretty(report));
    } else {
      lines.forEach(console().out()::println);
    }
    return 0;
  }

  private String standardThreads() {
    return model == null ? "1,all" : "1,2";
  }

  private int measureModel(Path home, Path folder, List<String> threads, Progress progress)
      throws Exception {
    ModelBench bench;
    try (Services services = environment.open(Slice.MODELS, common.settings())) {
      bench = ModelBench.of(services, model);
    }
    prepare(folder, ModelBench.SECONDS);
    for (String number : threads) {
      for (int length : ModelBench.SECONDS) {
        progress.stage("%d s on %s threads".formatted(length, number));
        List<String> arguments =
            new ArrayList<>(
                List.of(
                    "bench",
                    "--worker",
                    "--model",
                    model,
                    "--threads",
                    number,
                    "--runs",
                    String.valueOf(runs),
                    "--seconds",
                    String.valueOf(length)));
        if (bench.tokenizes()) {
          arguments.addAll(List.of("--input", folder.resolve(length + ".wav").toString()));
        }
        bench.add(number, length, emova(home, Map.of(), arguments), report, lines);
      }
    }
    return say();
  }

  private int workOnModel() throws Exception {
    Slice slice = input == null ? Slice.SYNTHESIS : Slice.TOKENIZER; // not one more model's memory
    try (Services services = environment.open(slice, common.settings().withLateWeights())) {
      console().out().println(Json.write(ModelBench.work(services, model, input, seconds, runs)));
    }
    return 0;
  }

  private int work() throws Exception {
    try (Services services = environment.open(Slice.CONVERTER, common.settings())) {
      BenchWorker bench = new BenchWorker(services);
      Audio speech =
          services
              .require(AudioReader.class)
              .decode(input, DecodeOptions.atRate(bench.sampleRate()));
      console().out().println(Json.write(bench.measure(speech, runs)));
    }
    return 0;
  }

  /** Writes speech of the lengths that are needed. */
  private void prepare(Path folder, int... lengths)
      throws IOException, SpeechException, FailedException {
    try (Services services = environment.open(Slice.AUDIO, common.settings())) {
      AudioReader reader = services.require(AudioReader.class);
      AudioWriter writer = services.require(AudioWriter.class);
      List<float[]> sounds = new ArrayList<>();
      for (Path source : sources()) {
        sounds.add(reader.decode(source, DecodeOptions.atRate(SPEECH_RATE)).samples());
      }
      for (int length : lengths) {
        Audio speech = Audio.adopt(repeat(sounds, length * SPEECH_RATE), SPEECH_RATE);
        writer.encode(speech, folder.resolve(length + ".wav"), EncodeOptions.of(AudioFormat.WAV));
      }
    }
  }

  private List<Path> sources() throws IOException, FailedException {
    if (input != null) {
      Media.requireReadable(input.toString());
      return List.of(input);
    }
    Path samples = Distribution.current().home().resolve("samples");
    if (Files.isDirectory(samples)) {
      try (Stream<Path> files = Files.list(samples)) {
        List<Path> found = files.filter(f -> f.toString().endsWith(".flac")).sorted().toList();
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    throw new FailedException("the distribution has no samples; give some speech by --input");
  }

  static float[] repeat(List<float[]> sounds, int length) throws FailedException {
    if (sounds.stream().allMatch(s -> s.length == 0)) {
      throw new FailedException("there is no sound to convert");
    }
    float[] result = new float[length];
    int position = 0;
    for (int i = 0; position < length; i = (i + 1) % sounds.size()) {
      int n = Math.min(sounds.get(i).length, length - position);
      System.arraycopy(sounds.get(i), 0, result, position, n);
      position += n;
    }
    return result;
  }

  private void measureStages(Path home, Path folder, String threads) throws Exception {
    String output =
        emova(
                home,
                Map.of(),
                List.of(
                    "bench",
                    "--worker",
                    "--threads",
                    threads,
                    "--runs",
                    String.valueOf(runs),
                    "--input",
                    folder.resolve(STAGE_SECONDS + ".wav").toString()))
            .output();
    Map<String, Object> seconds = Json.parseObject(output);
    Map<String, Object> facts = new LinkedHashMap<>();
    lines.add("share of real time, %d s of speech, threads: %s".formatted(STAGE_SECONDS, threads));
    for (String stage : STAGES) {
      List<Double> values =
          ((List<?>) seconds.get(stage)).stream().map(v -> ((Number) v).doubleValue()).toList();
      Figures shares = Figures.of(values).dividedBy(STAGE_SECONDS);
      facts.put(stage, shares.facts());
      lines.add("  %-9s %s".formatted(stage, shares.show(4)));
    }
    report.put("realTimeFactor.threads." + threads, facts);
  }

  private void measureStart(Path home, Path folder) throws Exception {
    List<Double> seconds = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      seconds.add(
          emova(
                  home,
                  Map.of(),
                  List.of(
                      "convert",
                      folder.resolve(START_SECONDS + ".wav").toString(),
                      folder.resolve("out.mp3").toString()))
              .seconds());
    }
    Figures figures = Figures.of(seconds);
    report.put("processSeconds.convert5s", figures.facts());
    lines.add(
        "start of the process to the end of converting %d s: %s s"
            .formatted(START_SECONDS, figures.show(2)));
  }

  private void measureMemory(Path home, Path folder) throws Exception {
    ChildProcess.Outcome outcome =
        emova(
            home,
            Map.of(),
            List.of(
                "convert",
                folder.resolve(MEMORY_SECONDS + ".wav").toString(),
                folder.resolve("out.flac").toString()));
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("seconds", outcome.seconds());
    outcome.peakMegabytes().ifPresent(m -> facts.put("peakMegabytes", m));
    report.put("convert10min", facts);
    lines.add(
        "converting 10 minutes: %.1f s, %s MB resident at the most"
            .formatted(
                outcome.seconds(),
                outcome.peakMegabytes().isPresent()
                    ? outcome.peakMegabytes().getAsLong()
                    : "unknown"));
  }

  /** The same recording in pieces, as configured, and in one. */
  private void measureSeams(Path home, Path folder) throws Exception {
    Path conf = Files.createDirectories(folder.resolve("one-piece/conf"));
    Map<String, Object> onePiece = Map.of("pieceSeconds", ONE_PIECE_SECONDS);
    Files.writeString(
        conf.resolve("pieces.json"),
        Json.write(Map.of("org.emova4j.tokenizer", onePiece, "org.emova4j.vocoder", onePiece)));
    String source = folder.resolve(SEAM_SECONDS + ".wav").toString();
    Path pieces = folder.resolve("pieces.wav");
    Path whole = folder.resolve("whole.wav");
    emova(home, Map.of(), seamArguments(source, pieces));
    emova(
        home,
        Map.of("EMOVA_HOME", folder.resolve("one-piece").toString()),
        seamArguments(source, whole));
    double difference;
    try (Services services = environment.open(Slice.AUDIO, common.settings())) {
      AudioReader reader = services.require(AudioReader.class);
      difference = largestDifference(reader, pieces, whole);
    }
    report.put("seams.largestDifference", difference);
    lines.add(
        "%d s in pieces against one piece: largest difference of a sample %.2g"
            .formatted(SEAM_SECONDS, difference));
  }

  /** Runs emova once more, with the models of this run. */
  private ChildProcess.Outcome emova(
      Path home, Map<String, String> variables, List<String> arguments)
      throws IOException, InterruptedException, FailedException {
    return ChildProcess.run(home, variables, withModels(arguments));
  }

  List<String> withModels(List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    common
        .settings()
        .modelsFolder()
        .ifPresent(folder -> all.addAll(List.of("--models-dir", folder.toString())));
    return all;
  }

  private static List<String> seamArguments(String source, Path target) {
    return List.of("convert", source, target.toString(), "--format", "wav-float");
  }

  private static double largestDifference(AudioReader reader, Path one, Path other)
      throws SpeechException, FailedException {
    int rate = reader.probe(one).sampleRate();
    float[] a = reader.decode(one, DecodeOptions.atRate(rate)).samples();
    float[] b = reader.decode(other, DecodeOptions.atRate(rate)).samples();
    if (a.length != b.length) {
      throw new FailedException(
          "in pieces it has %d samples, in one piece %d".formatted(a.length, b.length));
    }
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }
}
