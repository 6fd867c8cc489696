package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.emova4j.batch.BatchPlan;
import org.emova4j.batch.FolderInputs;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.EvalFacts;
import org.emova4j.eval.EvalFiles;
import org.emova4j.eval.EvalOptions;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tokenizers side by side on a folder of recordings of which nothing is known. */
@Command(
    name = "compare",
    description = {
      "Compares tokenizers on the recordings of a folder: units and bits per second, agreement,",
      "speed, and how each survives changes of pitch and speed, noise and codecs.",
    },
    footer = {
      "",
      "Corpora with transcripts, speakers or aligned phones tell more: emova eval --compare.",
      "",
      "Examples:",
      "  emova compare --tokenizers lite,mine recordings/",
      "  emova compare --tokenizers lite,emova-s2u recordings/ --limit 50 --json",
      "  emova compare --tokenizers lite,mine recordings/ --picture units.png",
    })
final class CompareCommand extends Subcommand {
  @Parameters(index = "0", paramLabel = "DIR", description = "Folder with recordings.")
  Path folder;

  @Option(
      names = "--tokenizers",
      paramLabel = "ID",
      split = ",",
      required = true,
      description = "Two or more, which are compared with the first of them.")
  List<String> tokenizers;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Take at most N recordings, the same ones each time.")
  Integer limit;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description = "Draw the comparison: a .png file.")
  Path picture;

  @Option(names = "--no-speed", description = "Don't time them.")
  boolean noSpeed;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  boolean json;

  @Mixin EvalRunOptions run = new EvalRunOptions();
  @Spec CommandSpec spec;

  CompareCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws Exception {
    check();
    Corpus corpus = corpus();
    EvalOptions options = run.options(EnumSet.of(EvalOptions.Section.TOKENIZER), 1);
    Path state = Files.createTempDirectory("emova-compare-");
    try (Services services =
        environment.open(Slice.ALL, EvalRunOptions.settings(common.settings()))) {
      EvalParts parts = new EvalParts(services);
      EvalTools tools = parts.tools(Optional.empty());
      List<Subject> subjects = new java.util.ArrayList<>();
      for (String name : tokenizers) {
        Subject whole = parts.subject(Optional.of(name), Optional.empty(), Optional.empty());
        // A voice is nothing that a comparison of tokenizers needs.
        subjects.add(
            new Subject(
                whole.name(),
                whole.tokenizer(),
                Optional.empty(),
                whole.parts().stream().filter(part -> part.role().equals("tokenizer")).toList()));
      }
      EvalRun eval = new EvalRun(console(), common, run, corpus);
      EvalReport report =
          eval.evaluate(subjects, tools, options, state.resolve("observations.jsonl"));
      if (!noSpeed) {
        report = eval.withSpeed(report, subjects, tools, Optional.empty(), Optional.empty());
      }
      EvalFacts facts =
          eval.facts(
              "Comparison of " + String.join(", ", tokenizers),
              EvalRun.commandLine(spec.commandLine().getParseResult().originalArgs()),
              subjects,
              tools,
              options,
              report,
              services);
      return show(report, facts);
    } finally {
      Folders.deleteQuietly(state);
    }
  }

  private void check() throws FailedException {
    if (tokenizers.size() < 2 || new LinkedHashSet<>(tokenizers).size() != tokenizers.size()) {
      throw new UsageException(
          "--tokenizers takes two or more different ones, not %s"
              .formatted(String.join(",", tokenizers)));
    }
    if (limit != null && limit < 1) {
      throw new UsageException("--limit %d is not positive".formatted(limit));
    }
    if (picture != null && !picture.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new UsageException("--picture %s doesn't end in .png".formatted(picture));
    }
    if (picture != null && !Files.isDirectory(picture.toAbsolutePath().getParent())) {
      throw new FailedException(
          "%s: no such folder".formatted(picture.toAbsolutePath().getParent()));
    }
    run.speedRuns();
  }

  private Corpus corpus() throws IOException, FailedException {
    if (!Files.isDirectory(folder)) {
      throw new FailedException("%s: no such folder".formatted(folder));
    }
    FolderInputs.Found found = new FolderInputs(List.of(), List.of()).find(folder, folder);
    for (BatchPlan.Unplanned problem : found.problems()) {
      throw new FailedException("%s: %s".formatted(problem.input(), problem.reason()));
    }
    if (found.files().isEmpty()) {
      throw new FailedException("%s: holds no recordings".formatted(folder));
    }
    Corpus corpus = Corpus.ofFiles(folder.toString(), folder, found.files());
    return limit == null ? corpus : corpus.limited(limit);
  }

  private int show(EvalReport report, EvalFacts facts) throws IOException {
    if (picture != null) {
      Files.write(picture, EvalFiles.picture(report));
    }
    if (json) {
      console().out().print(EvalFiles.json(report, facts));
    } else {
      console().out().print(EvalFiles.table(report));
    }
    report.failures().forEach(f -> console().err().printf("emova: %s: %s%n", f.item(), f.reason()));
    return report.failures().isEmpty() ? 0 : 1;
  }
}
