package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.emova4j.api.audio.AudioFinisher;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.batch.BatchConverter;
import org.emova4j.batch.BatchItem;
import org.emova4j.batch.BatchOptions;
import org.emova4j.batch.BatchPlan;
import org.emova4j.batch.BatchSummary;
import org.emova4j.batch.ItemSettings;
import org.emova4j.batch.ResultLog;
import org.emova4j.batch.SpeechItemProcessor;
import org.emova4j.batch.Task;
import org.emova4j.runtime.Json;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Settings;
import org.emova4j.runtime.Slice;
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
      "  emova batch episodes/ out/ --preset podcast --speaker female --emotion calm",
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
    BatchPlan plan = inputs.plan(settings(), sound, console());
    if (dryRun) {
      plan.items().forEach(item -> console().out().println(line(item)));
      plan.unplanned().forEach(this::complain);
      return plan.unplanned().isEmpty() ? 0 : 1;
    }
    if (plan.items().isEmpty() && plan.unplanned().isEmpty()) {
      throw new FailedException("no files to work on were found");
    }
    Path log =
        (state == null ? inputs.defaultState() : state.toAbsolutePath()).resolve("results.jsonl");
    try (ResultLog results = ResultLog.open(log);
        Services services = environment.open(slice(), engineSettings())) {
      FrameworkSpeechTools tools = new FrameworkSpeechTools(services);
      checkSound(plan, tools.finisher());
      return run(plan, results, tools);
    }
  }

  private int run(BatchPlan plan, ResultLog results, FrameworkSpeechTools tools) throws Exception {
    BatchOptions options =
        checked(
            () ->
                new BatchOptions(
                    jobs == null ? Runtime.getRuntime().availableProcessors() : jobs,
                    timeoutSeconds == null ? DEFAULT_TIMEOUT : Duration.ofSeconds(timeoutSeconds),
                    existing,
                    ""));
    options =
        new BatchOptions(
            options.jobs(), options.itemTimeout(), existing, tools.versions(task, parts.parts()));
    BatchSummary summary;
    try (BatchProgress shown = new BatchProgress(console(), progress, plan.items().size())) {
      BatchConverter converter =
          new BatchConverter(new SpeechItemProcessor(tools), options, results, shown);
      Object previous = Signals.register("INT", new Interruption(converter)::again);
      try {
        summary = converter.run(plan.items());
      } finally {
        Signals.unregister("INT", previous);
      }
    }
    plan.unplanned().forEach(this::complain);
    report(summary, plan);
    return summary.isComplete() && plan.unplanned().isEmpty() ? 0 : 1;
  }

  /** What no file could be written as is refused before the first one. */
  private static void checkSound(BatchPlan plan, AudioFinisher finisher)
      throws UnsupportedAudioException {
    Set<String> checked = new HashSet<>();
    for (BatchItem item : plan.items()) {
      ItemSettings settings = item.settings();
      if (settings.encode().isPresent() && checked.add(settings.fingerprint())) {
        try {
          finisher.check(settings.encode().get(), settings.finishing());
        } catch (UnsupportedAudioException e) {
          throw new UsageException(e.getMessage(), e);
        }
      }
    }
  }

  /** The first Ctrl-C ends gently, the second at once. */
  private final class Interruption {
    private final BatchConverter converter;
    private boolean asked;

    Interruption(BatchConverter converter) {
      this.converter = converter;
    }

    synchronized void again() {
      if (asked) {
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
    Settings given = common.settings();
    return given.threads().isPresent()
        ? given
        : new Settings(OptionalInt.of(1), given.modelsFolder(), false);
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
    console()
        .err()
        .println(
            String.format(
                Locale.ROOT,
                "%d done, %d unchanged, %d left alone, %d failed, %d not begun; %s of audio in %s,"
                    + " %.1f times real time",
                summary.done(),
                summary.unchanged(),
                summary.existing(),
                summary.failed() + plan.unplanned().size(),
                summary.open(),
                Progress.clock(Duration.ofSeconds(Math.round(summary.inputSeconds()))),
                Progress.clock(Duration.ofSeconds(Math.round(summary.elapsedSeconds()))),
                summary.timesRealTime()));
    if (inputs.passedOver() > 0) {
      console()
          .err()
          .printf(
              "%d files without a media extension were passed over (see --include)%n",
              inputs.passedOver());
    }
  }
}
