package org.emova4j.runtime.logging;

import org.slf4j.event.Level;

/** What is shown. Set once, by the command line; loggers read it at each call. */
public final class LogSettings {
  private static volatile Level level = Level.WARN;

  private LogSettings() {}

  /** Shows this level and above; stack traces only with {@link Level#DEBUG}. */
  public static void show(Level lowest) {
    level = lowest;
  }

  static boolean shows(String logger, Level asked) {
    return asked.toInt() >= lowest(logger).toInt();
  }

  static boolean showsStackTraces() {
    return level.toInt() <= Level.DEBUG.toInt();
  }

  private static Level lowest(String logger) {
    if (level == Level.WARN || level == Level.INFO) {
      // JavaCPP warns of its own packaging, DJL tells of its threads: nothing for users.
      if (logger.startsWith("org.bytedeco.")) {
        return Level.ERROR;
      }
      return logger.startsWith("ai.djl.") ? Level.WARN : level;
    }
    // JavaCPP tells of each native object.
    return logger.startsWith("org.bytedeco.") ? Level.INFO : level;
  }
}
