package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.batch.BatchConverter;
import org.emova4j.batch.BatchItem;
import org.emova4j.batch.BatchOptions;
import org.emova4j.batch.BatchPlan;
import org.emova4j.batch.BatchSummary;
import org.emova4j.batch.ItemProcessor;
import org.emova4j.batch.ItemSettings;
import org.emova4j.batch.OutputKeeper;
import org.emova4j.batch.ResultLog;
import org.emova4j.batch.SpeechItemProcessor;
import org.emova4j.batch.Task;
import org.emova4j.batch.UnitShards;
import org.emova4j.batch.report.BatchReport;
import org.emova4j.batch.report.Pictures;
import org.emova4j.runtime.Distribution;
import org.emova4j.runtime.Json;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Settings;
import org.emova4j.runtime.Slice;
import org.emova4j.runtime.isolate.IsolatedAudioReader;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Thousands of files through one task. */
@Command(
    name = "batch",
    description = "Converts, tokenizes, synthesizes or transcodes many files, and can be resumed.",
    footer = {
      "",
      "A batch that was stopped, or killed, goes on when the same command is given again: files",
      "whose input, settings and models are unchanged are left alone. Ctrl-C ends what runs and",
      "begins no more; a second one stops at once. Its log is OUT/.emova-batch/results.jsonl.",
      "",
      "Examples:",
      "A podcast's episodes in another voice, ready to publish:",
      "  emova batch episodes/ out/ --preset podcast --speaker female --emotion happy",
      "An audiobook's chapters at the level that shops ask for, in the voice they have:",
      "  emova batch book/ shop/ --task transcode --preset audiobook --trim-silence",
      "Announcements for a telephone exchange, with styles from a table:",
      "  emova batch --manifest jobs.csv out/ --preset telephone",
      "A corpus of speech units to train a language model on:",
      "  emova batch recordings/ units/ --preset llm-corpus --jobs 2",
      "Films with another voice, their pictures untouched:",
      "  emova batch films/ out/ --keep-video --speaker male --loudness -23 --true-peak -1",
    })
final class BatchCommand extends Subcommand {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofHours(2);

  @Mixin BatchInputOptions inputs = new BatchInputOptions();
  @Mixin StyleOptions styleOptions = new StyleOptions();
  @Mixin PartOptions parts = new PartOptions();
  @Mixin DecodingOptions decoding = new DecodingOptions();
  @Mixin BatchSoundOptions sound = new BatchSoundOptions();
  @Mixin ShardOptions shards = new ShardOptions();
  @Mixin BatchReportOptions reports = new BatchReportOptions();

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "convert, tokenize, synthesize or transcode (default: convert).")
  Task chosenTask;

  @Option(
      names = "--predict-prosody",
      description = "Predict timing, melody and loudness instead of keeping the recording's.")
  boolean predictProsody;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      description = "Files at a time (default: one for each processor).")
  Integer jobs;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "A file that takes longer has failed (default: 7200).")
  Long timeoutSeconds;

  @Option(
      names = "--existing",
      paramLabel = "POLICY",
      description =
          "What becomes of results that this batch did not make: skip, replace or fail (default:"
              + " skip).")
  BatchOptions.Existing existing = BatchOptions.Existing.SKIP;

  @Option(
      names = "--isolate",
      description =
          "Decode in processes of their own: a decoder that crashes or hangs costs one file.")
  boolean isolate;

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  boolean dryRun;

  @Option(
      names = "--progress",
      paramLabel = "FORM",
      description = "auto, bar, lines, json or none (default: auto).")
  BatchProgress.Form progress = BatchProgress.Form.AUTO;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "Where the log lies (default: .emova-batch in OUT, or beside the manifest).")
  Path state;

  @Option(names = "--json", description = "Report the totals as JSON on standard output.")
  boolean json;

  BatchCommand(Environment environment) {
    super(environment);
  }

  private Task task;

  @Override
  int run() throws Exception {
    task = chosenTask == null ? sound.presetTask().orElse(Task.CONVERT) : chosenTask;
    ItemSettings settings = settings();
    shards.check(task, inputs.outputFolder());
    reports.check();
    Path folder = state == null ? inputs.defaultState() : state.toAbsolutePath().normalize();
    Optional<Path> staging =
        shards.isWanted() ? Optional.of(ShardOptions.staging(folder)) : Optional.empty();
    BatchPlan plan = inputs.plan(settings, sound, console(), staging);
    if (dryRun) {
      plan.items().forEach(item -> console().out().println(line(item)));
      plan.unplanned().forEach(this::complain);
      return plan.unplanned().isEmpty() ? 0 : 1;
    }
    if (plan.items().isEmpty() && plan.unplanned().isEmpty()) {
      throw new FailedException("no files to work on were found");
    }
    try (ResultLog results = ResultLog.open(folder.resolve("results.jsonl"));
        IsolatedAudioReader isolated = isolate ? isolatedReader(folder) : null;
        Services services = environment.open(slice(), engineSettings())) {
      FrameworkSpeechTools tools =
          new FrameworkSpeechTools(services, Optional.ofNullable(isolated));
      checkParts(tools);
      checkSound(plan, tools);
      return run(plan, results, tools, folder);
    }
  }

  private static IsolatedAudioReader isolatedReader(Path folder) throws IOException {
    return IsolatedAudioReader.of(Distribution.current(), DecodeHelperCommand.NAME, folder);
  }

  private int run(BatchPlan plan, ResultLog results, FrameworkSpeechTools tools, Path folder)
      throws Exception {
    String versions = tools.versions(task, parts.parts());
    BatchOptions options = checked(() -> options(versions));
    Path staging = ShardOptions.staging(folder);
    ItemProcessor processor =
        shards.isWanted()
            ? new SpeechItemProcessor(tools, item -> ShardOptions.id(staging, item))
            : new SpeechItemProcessor(tools);
    Interruption interruption;
    BatchSummary summary;
    try (UnitShards gathered = shards.isWanted() ? openShards(plan, folder) : null;
        BatchProgress shown = new BatchProgress(console(), progress, plan.items().size())) {
      OutputKeeper keeper = gathered == null ? OutputKeeper.FILES : gathered;
      BatchConverter converter = new BatchConverter(processor, options, results, shown, keeper);
      interruption = new Interruption(converter);
      Object previous = Signals.register("INT", interruption::again);
      try {
        summary = converter.run(plan);
      } finally {
        Signals.unregister("INT", previous);
      }
    }
    plan.unplanned().forEach(this::complain);
    report(summary, plan);
    if (reports.isWanted() && !interruption.isUrgent()) {
      BatchReport.Facts facts =
          new BatchReport.Facts(
              "emova batch: %s %s".formatted(task.id(), inputs.source()),
              "emova4j %s %s".formatted(version(), versions).strip(),
              Instant.now(),
              summary.elapsedSeconds());
      reports.write(BatchReport.of(plan, results, facts), Pictures.spectrograms(tools::reader));
    }
    return summary.isComplete() && plan.unplanned().isEmpty() ? 0 : 1;
  }

  /** What no file could be written as is refused before the first one. */
  private static void checkSound(BatchPlan plan, FrameworkSpeechTools tools)
      throws ModelUnavailableException {
    Set<String> checked = new HashSet<>();
    for (BatchItem item : plan.items()) {
      ItemSettings settings = item.settings();
      if (settings.encode().isPresent() && checked.add(settings.fingerprint())) {
        try {
          tools.finisher().check(settings.encode().get(), settings.finishing());
        } catch (UnsupportedAudioException e) {
          throw new UsageException(e.getMessage(), e);
        }
      }
    }
  }

  /**
   * A label that no file could be spoken with, or a part that can't run, is told before the first
   * one: the weights of the parts in use are read here.
   */
  private void checkParts(FrameworkSpeechTools tools) throws SpeechException {
    Style style = styleOptions.style();
    switch (task) {
      case CONVERT -> {
        ConversionRequest request =
            new ConversionRequest(style, Optional.empty(), !predictProsody, parts.parts());
        StyleOptions.requireKnown(style, tools.converter().catalogue(request));
        int rate = tools.converter().sampleRate(request);
        tools.converter().convert(Audio.of(new float[rate], rate), request);
      }
      case TOKENIZE -> {
        SpeechTokenizer tokenizer = tools.tokenizer(parts.parts().tokenizer());
        tokenizer.tokenize(Audio.of(new float[tokenizer.sampleRate()], tokenizer.sampleRate()));
      }
      case SYNTHESIZE -> {
        Vocoder vocoder = tools.vocoder(parts.parts().vocoder());
        StyleModule module = tools.styleModule(parts.parts().style(), vocoder.styleSpace());
        StyleOptions.requireKnown(style, module.catalogue());
        vocoder.vocode(UnitSequence.of(vocoder.codebook(), 0), module.encode(style));
      }
      case TRANSCODE -> {}
    }
  }

  private static String version() {
    String version = BatchCommand.class.getPackage().getImplementationVersion();
    return version == null ? "(development)" : version;
  }

  private UnitShards openShards(BatchPlan plan, Path folder) throws IOException {
    return shards.open(plan.items(), folder, inputs.outputFolder().orElseThrow(), existing);
  }

  private BatchOptions options(String versions) {
    return new BatchOptions(
        jobs == null ? Runtime.getRuntime().availableProcessors() : jobs,
        timeoutSeconds == null ? DEFAULT_TIMEOUT : Duration.ofSeconds(timeoutSeconds),
        existing,
        versions);
  }

  /** The first Ctrl-C ends gently, the second at once. */
  private final class Interruption {
    private final BatchConverter converter;
    private boolean asked;
    private boolean urgent;

    Interruption(BatchConverter converter) {
      this.converter = converter;
    }

    synchronized boolean isUrgent() {
      return urgent;
    }

    synchronized void again() {
      if (asked) {
        urgent = true;
        converter.abort();
      } else {
        asked = true;
        console().err().println("\nemova: ending what runs; Ctrl-C again stops at once");
        converter.stop();
      }
    }
  }

  private ItemSettings settings() {
    if (styleOptions.reference != null) {
      throw new UsageException("a batch takes no --style-from; convert does");
    }
    return checked(
        () ->
            new ItemSettings(
                task,
                styleOptions.style(),
                parts.parts(),
                !predictProsody,
                sound.encode(task),
                sound.finishing(task),
                decoding.maxDuration()));
  }

  private Slice slice() {
    return switch (task) {
      case CONVERT -> Slice.CONVERTER;
      case TOKENIZE -> Slice.TOKENIZER;
      case SYNTHESIZE -> Slice.SYNTHESIS;
      case TRANSCODE -> Slice.AUDIO;
    };
  }

  /** One thread an item: items run beside each other, and results don't depend on how many. */
  private Settings engineSettings() {
    Settings given = common.settings().withLateWeights();
    return given.threads().isPresent() ? given : given.withThreads(1);
  }

  private static String line(BatchItem item) {
    return "%s -> %s".formatted(BatchProgress.shown(item), item.output());
  }

  private void complain(BatchPlan.Unplanned unplanned) {
    console().err().printf("emova: %s: %s%n", unplanned.input(), unplanned.reason());
  }

  private void report(BatchSummary summary, BatchPlan plan) throws IOException {
    if (json) {
      Map<String, Object> totals = new LinkedHashMap<>();
      totals.put("done", summary.done());
      totals.put("unchanged", summary.unchanged());
      totals.put("existing", summary.existing());
      totals.put("failed", summary.failed() + plan.unplanned().size());
      totals.put("open", summary.open());
      totals.put("inputSeconds", summary.inputSeconds());
      totals.put("elapsedSeconds", summary.elapsedSeconds());
      totals.put("timesRealTime", summary.timesRealTime());
      console().out().println(Json.write(totals));
      return;
    }
    StringJoiner counts = new StringJoiner(", ");
    counts.add(summary.done() + " done");
    addIfAny(counts, summary.unchanged(), "unchanged");
    addIfAny(counts, summary.existing(), "left alone");
    counts.add(summary.failed() + plan.unplanned().size() + " failed");
    addIfAny(counts, summary.open(), "not done yet");
    console()
        .err()
        .println(
            String.format(
                Locale.ROOT,
                "%s; %s of audio in %s, %.1f times real time",
                counts,
                Progress.clock(Duration.ofSeconds(Math.round(summary.inputSeconds()))),
                Progress.clock(Duration.ofSeconds(Math.round(summary.elapsedSeconds()))),
                summary.timesRealTime()));
    if (inputs.passedOver() > 0) {
      console()
          .err()
          .printf(
              "%d %s without a media extension passed over (see --include)%n",
              inputs.passedOver(), inputs.passedOver() == 1 ? "file" : "files");
    }
  }

  private static void addIfAny(StringJoiner counts, int count, String what) {
    if (count > 0) {
      counts.add("%d %s".formatted(count, what));
    }
  }
}
