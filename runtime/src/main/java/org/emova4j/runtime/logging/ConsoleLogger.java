package org.emova4j.runtime.logging;

import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** One line for each event, in the form of the command's own messages. */
final class ConsoleLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1L;

  ConsoleLogger(String name) {
    this.name = name;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level, Marker marker, String pattern, Object[] arguments, Throwable throwable) {
    StringBuilder line = new StringBuilder("emova: ");
    switch (level) {
      case ERROR, WARN -> line.append("warning: ");
      case INFO -> {}
      default -> line.append(name.substring(name.lastIndexOf('.') + 1)).append(": ");
    }
    line.append(MessageFormatter.basicArrayFormat(pattern, arguments));
    boolean trace = throwable != null && LogSettings.showsStackTraces();
    if (throwable != null && !trace && throwable.getMessage() != null) {
      String reason = throwable.getMessage().lines().findFirst().orElse("");
      if (line.indexOf(reason) < 0) {
        line.append(": ").append(reason);
      }
    }
    synchronized (System.err) {
      System.err.println(line);
      if (trace) {
        throwable.printStackTrace(System.err);
      }
    }
  }

  @Override
  protected String getFullyQualifiedCallerName() {
    return ConsoleLogger.class.getName();
  }

  @Override
  public boolean isTraceEnabled() {
    return LogSettings.shows(name, Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return LogSettings.shows(name, Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return LogSettings.shows(name, Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return LogSettings.shows(name, Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return LogSettings.shows(name, Level.ERROR);
  }
}
