package org.emova4j.runtime.cli;

import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;

/** One line on the terminal that says what is being done and for how long, and then goes away. */
final class Progress implements AutoCloseable {
  private static final String ERASE_LINE = "\r\u001b[K";
  private static final long FIRST_MILLIS = 700; // what is quicker needs no line
  private static final long PERIOD_MILLIS = 200;

  private final Console console;
  private final Timer clock = new Timer("emova-progress", true);
  private final long begin = System.nanoTime();
  private volatile String stage = "starting";
  private boolean drawn;
  private boolean closed;

  Progress(Console console) {
    this.console = console;
    if (console.interactive()) {
      clock.scheduleAtFixedRate(
          new TimerTask() {
            @Override
            public void run() {
              draw();
            }
          },
          FIRST_MILLIS,
          PERIOD_MILLIS);
    }
  }

  void stage(String text) {
    stage = text;
  }

  private synchronized void draw() {
    if (closed) {
      return;
    }
    drawn = true;
    console.err().print(ERASE_LINE + "%s ... %.0f s".formatted(stage, seconds()));
    console.err().flush();
  }

  double seconds() {
    return (System.nanoTime() - begin) / 1e9;
  }

  /** How long, as people read it: {@code 1:02:03} or {@code 0:07}. */
  static String clock(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds >= 3600
        ? "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60)
        : "%d:%02d".formatted(seconds / 60, seconds % 60);
  }

  @Override
  public void close() {
    clock.cancel();
    synchronized (this) {
      closed = true;
      if (drawn) {
        console.err().print(ERASE_LINE);
        console.err().flush();
      }
    }
  }
}
