package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.EvalFacts;
import org.emova4j.eval.EvalOptions;
import org.emova4j.eval.EvalReport;
import org.emova4j.eval.EvalTools;
import org.emova4j.eval.Evaluation;
import org.emova4j.eval.Figure;
import org.emova4j.eval.Plot;
import org.emova4j.eval.Subject;
import org.emova4j.runtime.Distribution;
import org.emova4j.runtime.Folders;
import org.emova4j.runtime.Services;
import org.jline.utils.Signals;

/** What the commands that evaluate have in common. */
final class EvalRun {
  private final Console console;
  private final CommonOptions common;
  private final EvalRunOptions run;
  private final Corpus corpus;

  EvalRun(Console console, CommonOptions common, EvalRunOptions run, Corpus corpus) {
    this.console = console;
    this.common = common;
    this.run = run;
    this.corpus = corpus;
  }

  /** Measures, until all is measured or Ctrl-C comes: a second one ends the process. */
  EvalReport evaluate(List<Subject> subjects, EvalTools tools, EvalOptions options, Path log)
      throws IOException, SpeechException, InterruptedException, FailedException {
    Evaluation evaluation = new Evaluation(corpus, subjects, tools, options);
    Object previous = Signals.register("INT", () -> interrupt(evaluation));
    try (EvalProgress progress = new EvalProgress(console, run.quiet)) {
      return evaluation.run(log, progress);
    } catch (CancellationException e) {
      throw new FailedException(e.getMessage());
    } finally {
      Signals.unregister("INT", previous);
    }
  }

  private boolean interrupted;

  private synchronized void interrupt(Evaluation evaluation) {
    if (interrupted) {
      Runtime.getRuntime().halt(130);
    }
    interrupted = true;
    console.err().println("\nemova: ending what runs; Ctrl-C again stops at once");
    evaluation.stop();
  }

  /** Adds what processes of their own take. */
  EvalReport withSpeed(
      EvalReport report,
      List<Subject> subjects,
      EvalTools tools,
      Optional<String> style,
      Optional<String> vocoder)
      throws IOException, SpeechException, InterruptedException, FailedException {
    Path folder = Files.createTempDirectory("emova-eval-");
    try (Progress progress = new Progress(console)) {
      List<String> shared = new ArrayList<>();
      common
          .settings()
          .modelsFolder()
          .ifPresent(models -> shared.addAll(List.of("--models-dir", models.toString())));
      EvalSpeed speed =
          new EvalSpeed(Distribution.current().home(), folder, shared, run.speedRuns());
      speed.prepare(corpus, tools.reader(), tools.writer());
      for (Subject subject : subjects) {
        progress.stage("timing " + subject.name());
        speed.measure(subject, style, vocoder);
      }
      List<Figure> figures = new ArrayList<>(report.figures());
      figures.addAll(speed.figures());
      Map<String, List<Plot>> plots = new LinkedHashMap<>();
      speed.plot().ifPresent(plot -> plots.put("", List.of(plot)));
      plots.putAll(report.plots());
      List<String> notes = new ArrayList<>(report.notes());
      if (speed.figures().stream().noneMatch(f -> f.name().equals("energy"))) {
        notes.add("This machine doesn't tell the energy that its processor takes.");
      }
      return new EvalReport(
          figures, report.comparisons(), plots, report.failures(), notes, report.recordings());
    } finally {
      Folders.deleteQuietly(folder);
    }
  }

  /** What made a report. */
  EvalFacts facts(
      String title,
      String command,
      List<Subject> subjects,
      EvalTools tools,
      EvalOptions options,
      EvalReport report,
      Services services) {
    Set<Subject.PartFacts> parts = new LinkedHashSet<>();
    subjects.forEach(subject -> parts.addAll(subject.parts()));
    tools.modifier().ifPresent(modifier -> parts.add(modifier.facts()));
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(
        "sections",
        options.sections().stream()
            .sorted()
            .map(EvalOptions.Section::id)
            .collect(Collectors.joining(", ")));
    settings.put("seed", String.valueOf(options.bootstrap().seed()));
    settings.put("resamples", String.valueOf(options.bootstrap().resamples()));
    settings.put("style recordings", String.valueOf(options.styleItems()));
    tools.recogniser().ifPresent(recogniser -> settings.put("recogniser", recogniser.name()));
    long speakers =
        corpus.items().stream()
            .map(Corpus.Item::speaker)
            .flatMap(Optional::stream)
            .distinct()
            .count();
    return new EvalFacts(
        title,
        command,
        corpus.name(),
        corpus.items().size(),
        (int) speakers,
        EvalFacts.hash(corpus, report.recordings()),
        List.copyOf(parts),
        environment(services),
        settings,
        Instant.now());
  }

  private static Map<String, String> environment(Services services) {
    Map<String, String> facts = new LinkedHashMap<>();
    String version = EvalRun.class.getPackage().getImplementationVersion();
    facts.put("emova4j", version == null ? "(development)" : version);
    services.engine().ifPresent(engine -> facts.put("libtorch", engine.version()));
    facts.put(
        "Java",
        System.getProperty("java.runtime.version") + ", " + System.getProperty("java.vendor"));
    facts.put(
        "system",
        "%s %s, %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")));
    facts.put(
        "processors", "%d, %s".formatted(Runtime.getRuntime().availableProcessors(), processor()));
    return facts;
  }

  private static String processor() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** What was given on the command line, so that it can be given again. */
  static String commandLine(List<String> arguments) {
    return arguments.stream()
        .map(
            word -> word.matches("[\\w./,:=@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" ", "emova ", ""));
  }
}
