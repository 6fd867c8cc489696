package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.EvalFacts;
import org.emova4j.eval.EvalFiles;
import org.emova4j.eval.EvalOptions;
import org.emova4j.eval.EvalOptions.Section;
import org.emova4j.eval.EvalReport;
import org.emova4j.eval.EvalTools;
import org.emova4j.eval.Subject;
import org.emova4j.runtime.Folders;
import org.emova4j.runtime.Services;
import org.emova4j.runtime.Slice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures tokenizers, styles and voices. */
@Command(
    name = "eval",
    description = {
      "Measures a tokenizer, the style module and the voice that go with it; or compares some.",
      "",
      "Units: rate, codebook, phones, speaker, and what of them survives changes of pitch and",
      "speed, noise and codecs. Resynthesis: distortion, intelligibility, melody, voice, words.",
      "Style: what each control does. Speed, memory, energy. Every figure has a 95 %% interval.",
    },
    footer = {
      "",
      "A run that was stopped goes on when the same command is given again with the same --report.",
      "What each figure means: docs/evaluation.md.",
      "",
      "Examples:",
      "  emova eval",
      "  emova eval --tokenizer mine --data corpus.tsv --report report/",
      "  emova eval --compare lite,emova-s2u --data corpus.tsv --where split=dev --limit 100",
      "  emova eval --skip style,speed --recogniser \"my-asr --plain {file}\"",
      "  emova eval --recogniser http://localhost:8000/v1 --recogniser-model whisper-1 --json",
    })
final class EvalCommand extends Subcommand {
  private static final String SPEED = "speed";
  private static final String STATE = ".emova-eval";

  @Mixin PartOptions parts = new PartOptions();
  @Mixin EvalDataOptions data = new EvalDataOptions();
  @Mixin EvalRunOptions run = new EvalRunOptions();
  @Mixin EvalRecogniserOptions recognisers = new EvalRecogniserOptions();

  @Option(
      names = "--compare",
      paramLabel = "ID",
      split = ",",
      description = "Tokenizers to compare with the first of them, each with its own voice.")
  List<String> compared = List.of();

  @Option(
      names = "--skip",
      paramLabel = "SECTION",
      split = ",",
      description = "Leave out tokenizer, resynthesis, style or speed.")
  List<String> skipped = List.of();

  @Option(
      names = "--style-items",
      paramLabel = "N",
      description = "Recordings that every style control is tried on (default: 8).")
  int styleItems = 8;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Write index.html with plots, report.json and figures.csv to this folder.")
  Path report;

  @Option(names = "--json", description = "Print the report as JSON instead of a table.")
  boolean json;

  @Spec CommandSpec spec;

  EvalCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    check();
    Corpus corpus = data.corpus();
    EvalOptions options = run.options(sections(), styleItems);
    Path state =
        report == null ? Files.createTempDirectory("emova-eval-") : prepared(report).resolve(STATE);
    try (Services services =
        environment.open(Slice.ALL, EvalRunOptions.settings(common.settings()))) {
      EvalParts found = new EvalParts(services);
      EvalTools tools = found.tools(Optional.empty());
      tools = found.tools(recognisers.recogniser(tools.writer()));
      List<Subject> subjects = subjects(found);
      EvalRun eval = new EvalRun(console(), common, run, corpus);
      EvalReport result =
          eval.evaluate(subjects, tools, options, state.resolve("observations.jsonl"));
      if (!skipped.contains(SPEED)) {
        result =
            eval.withSpeed(
                result,
                subjects,
                tools,
                Optional.ofNullable(parts.style),
                Optional.ofNullable(parts.vocoder));
      }
      EvalFacts facts =
          eval.facts(
              "Evaluation of " + String.join(", ", subjects.stream().map(Subject::name).toList()),
              EvalRun.commandLine(spec.commandLine().getParseResult().originalArgs()),
              subjects,
              tools,
              options,
              result,
              services);
      return show(result, facts);
    } finally {
      if (report == null) {
        Folders.deleteQuietly(state);
      }
    }
  }

  private void check() {
    if (!compared.isEmpty() && parts.tokenizer != null) {
      throw new UsageException("--compare names the tokenizers; --tokenizer doesn't go with it");
    }
    if (compared.size() == 1 || new LinkedHashSet<>(compared).size() != compared.size()) {
      throw new UsageException(
          "--compare takes two or more different tokenizers, not %s"
              .formatted(String.join(",", compared)));
    }
    List<String> known =
        Stream.concat(Stream.of(Section.values()).map(Section::id), Stream.of(SPEED)).toList();
    for (String section : skipped) {
      if (!known.contains(section)) {
        throw new UsageException(
            "unknown section \"%s\"; known: %s".formatted(section, String.join(", ", known)));
      }
    }
    run.speedRuns();
  }

  private Set<Section> sections() {
    Set<Section> sections = EnumSet.allOf(Section.class);
    sections.removeIf(section -> skipped.contains(section.id()));
    if (sections.isEmpty() && skipped.contains(SPEED)) {
      throw new UsageException("--skip leaves nothing to measure");
    }
    return sections;
  }

  private List<Subject> subjects(EvalParts found) throws Exception {
    List<Optional<String>> names = new ArrayList<>();
    compared.forEach(name -> names.add(Optional.of(name)));
    if (names.isEmpty()) {
      names.add(Optional.ofNullable(parts.tokenizer));
    }
    List<Subject> subjects = new ArrayList<>();
    for (Optional<String> name : names) {
      subjects.add(
          found.subject(
              name, Optional.ofNullable(parts.style), Optional.ofNullable(parts.vocoder)));
    }
    return subjects;
  }

  /** What can't be written is said before the work. */
  private static Path prepared(Path folder) throws IOException, FailedException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new FailedException("%s: is no folder".formatted(folder));
    }
    Files.createDirectories(folder);
    if (!Files.isWritable(folder)) {
      throw new FailedException("%s: permission denied".formatted(folder));
    }
    return folder;
  }

  private int show(EvalReport result, EvalFacts facts) throws IOException {
    if (report != null) {
      EvalFiles.write(report, result, facts);
    }
    if (json) {
      console().out().print(EvalFiles.json(result, facts));
    } else {
      console().out().print(EvalFiles.table(result));
      result.notes().forEach(note -> console().out().println("Note: " + note));
    }
    if (report != null) {
      console().err().println("report: " + report.resolve("index.html"));
    }
    if (!result.failures().isEmpty()) {
      console()
          .err()
          .println(
              String.format(
                  Locale.ROOT,
                  "emova: %d measurements failed, the first: %s: %s",
                  result.failures().size(),
                  result.failures().get(0).item(),
                  result.failures().get(0).reason()));
      return 1;
    }
    return 0;
  }
}
