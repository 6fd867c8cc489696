package org.emova4j.runtime.cli;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.emova4j.eval.Disturbance;
import org.emova4j.eval.EvalOptions;
import org.emova4j.eval.metric.Bootstrap;
import org.emova4j.runtime.Settings;
import picocli.CommandLine.Option;

/** How it is measured. */
final class EvalRunOptions {
  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      description = "Recordings at a time (default: one for each processor).")
  Integer jobs;

  @Option(
      names = "--max-duration",
      paramLabel = "SECONDS",
      description = "Longer recordings are failures (default: 30, at most 120).")
  int longest = 30;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of noise and of resampling (default: 1).")
  long seed = 1;

  @Option(names = "--resamples", paramLabel = "N", description = "For intervals (default: 1000).")
  int resamples = 1000;

  @Option(
      names = "--speed-runs",
      paramLabel = "N",
      description = "Runs of each timing (default: 5).")
  int speedRuns = 5;

  @Option(names = "--quiet", description = "Show no progress.")
  boolean quiet;

  int speedRuns() {
    if (speedRuns < 1 || speedRuns > 1000) {
      throw new UsageException("--speed-runs %d is outside 1..1000".formatted(speedRuns));
    }
    return speedRuns;
  }

  EvalOptions options(Set<EvalOptions.Section> sections, int styleItems) {
    return Subcommand.checked(
        () ->
            new EvalOptions(
                sections,
                EnumSet.allOf(Disturbance.class),
                jobs == null ? Runtime.getRuntime().availableProcessors() : jobs,
                Duration.ofSeconds(longest),
                styleItems,
                new Bootstrap(seed, resamples)));
  }

  /** One thread a recording, so that results don't depend on how many there are; and deploy/. */
  static Settings settings(Settings given) {
    Settings one = given.threads().isPresent() ? given : given.withThreads(1);
    return one.withDeployFolder(true);
  }
}
