package org.emova4j.runtime.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.emova4j.runtime.Settings;
import org.emova4j.runtime.logging.LogSettings;
import org.slf4j.event.Level;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every command has, also when they stand before its name. */
final class CommonOptions {
  /** More threads than any machine that this was made for has cores. */
  private static final int MAX_THREADS = 1024;

  private static final String ALL_THREADS = "all";

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Say what is done.")
  boolean verbose;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Say everything, and show the stack trace of an error.")
  boolean debug;

  @Option(
      names = "--threads",
      scope = ScopeType.INHERIT,
      paramLabel = "N",
      description =
          "Threads to calculate with, or all (default: as configured, else one for each"
              + " processor).")
  String threads;

  @Option(
      names = "--models-dir",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "Where installed models lie (default: ~/.emova/models).")
  Path modelsFolder;

  Settings settings() {
    return new Settings(
        threads(threads), Optional.ofNullable(modelsFolder).map(Path::toAbsolutePath), false);
  }

  /** A number of threads, or {@code all}; empty for none given. */
  static OptionalInt threads(String text) {
    if (text == null) {
      return OptionalInt.empty();
    }
    if (text.equals(ALL_THREADS)) {
      return OptionalInt.of(Settings.THREAD_FOR_EACH_CORE);
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= MAX_THREADS) {
        return OptionalInt.of(number);
      }
    } catch (NumberFormatException e) {
      // falls through to the message
    }
    throw new UsageException(
        "--threads \"%s\" is neither a number from 1 to %d nor %s"
            .formatted(text, MAX_THREADS, ALL_THREADS));
  }

  void applyLogLevel() {
    LogSettings.show(debug ? Level.DEBUG : verbose ? Level.INFO : Level.WARN);
  }
}
