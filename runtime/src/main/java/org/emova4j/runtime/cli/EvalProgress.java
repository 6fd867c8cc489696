package org.emova4j.runtime.cli;

import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.EvalListener;
import org.emova4j.eval.Failure;

/** Shows an evaluation as it goes: a bar on a terminal, a line each 5 % elsewhere. */
final class EvalProgress implements EvalListener, AutoCloseable {
  private static final String ERASE_LINE = "\r\u001b[K";
  private static final int BAR_MILLIS = 200;
  private static final int LINES = 20;

  private final Console console;
  private final boolean quiet;
  private final long begin = System.nanoTime();
  private ProgressBar bar;
  private int planned;
  private int ended;
  private int known;
  private int failed;

  EvalProgress(Console console, boolean quiet) {
    this.console = console;
    this.quiet = quiet;
  }

  @Override
  public synchronized void planned(int measurements) {
    planned = measurements;
    if (!quiet && console.interactive()) {
      bar =
          new ProgressBarBuilder()
              .setInitialMax(measurements)
              .setTaskName("measuring")
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(BAR_MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(console.err()))
              .build();
    }
  }

  @Override
  public synchronized void ended(String measurement, Corpus.Item item, boolean wasKnown) {
    known += wasKnown ? 1 : 0;
    step();
  }

  @Override
  public synchronized void failed(Failure failure) {
    failed++;
    if (!quiet) {
      String erase = bar == null ? "" : ERASE_LINE;
      console
          .err()
          .printf(
              "%sfailed %s, %s (%s)%n",
              erase, failure.measurement(), failure.item(), failure.reason());
    }
    step();
  }

  private void step() {
    ended++;
    if (bar != null) {
      bar.step();
    } else if (!quiet && (long) ended * LINES / planned != (long) (ended - 1) * LINES / planned) {
      console.err().printf("[%d/%d] measured, %s%n", ended, planned, clock());
    }
  }

  @Override
  public synchronized void stage(String text) {
    closeBar();
    if (!quiet) {
      console
          .err()
          .printf(
              "%d measured%s%s in %s; %s%n",
              ended - known - failed,
              known > 0 ? ", %d known from an earlier run".formatted(known) : "",
              failed > 0 ? ", %d failed".formatted(failed) : "",
              clock(),
              text);
    }
  }

  private String clock() {
    return Progress.clock(Duration.ofNanos(System.nanoTime() - begin));
  }

  private void closeBar() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  @Override
  public synchronized void close() {
    closeBar();
  }
}
