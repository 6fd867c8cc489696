package org.emova4j.runtime.cli;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** A command: what all of them share, and the edge where errors become a sentence. */
abstract class Subcommand implements Callable<Integer> {
  final Environment environment;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  /** The top command's; set when the command is added to it. */
  CommonOptions common = new CommonOptions();

  Subcommand(Environment environment) {
    this.environment = environment;
  }

  final Console console() {
    return environment.console();
  }

  /** Returns the exit code. */
  abstract int run() throws Exception;

  @Override
  @SuppressWarnings("CatchingUnchecked") // the edge: whatever it was, it ends as one sentence
  public final Integer call() {
    common.applyLogLevel();
    try {
      int code = run();
      Console.requireWritten(console().out());
      return code;
    } catch (Exception | OutOfMemoryError | StackOverflowError | LinkageError e) {
      console().out().flush();
      console().err().println("emova: " + Failures.sentence(e));
      if (common.debug) {
        e.printStackTrace(console().err());
      }
      return e instanceof UsageException ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }
  }

  /** For limits that values check themselves: what they refuse was given on the command line. */
  static <T> T checked(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
