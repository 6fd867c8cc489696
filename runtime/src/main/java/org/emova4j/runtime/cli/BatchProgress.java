package org.emova4j.runtime.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.emova4j.batch.BatchItem;
import org.emova4j.batch.BatchListener;
import org.emova4j.batch.ItemResult;
import org.emova4j.runtime.Json;

/** Shows a batch as it goes: a bar on a terminal, lines elsewhere, JSON lines on request. */
final class BatchProgress implements BatchListener, AutoCloseable {
  /** How it is shown. */
  enum Form {
    /** A bar if standard error is a terminal, else lines. */
    AUTO,
    BAR,
    /** A line an item. */
    LINES,
    /** A JSON object an item. */
    JSON,
    NONE
  }

  private static final String FAILED = "failed";
  private static final String ERASE_LINE = "\r\u001b[K";
  private static final int BAR_MILLIS = 200;
  private static final int MIN_BAR = 5;
  private static final int MAX_BAR = 60;

  private final Console console;
  private final Form form;
  private final int items;
  private final ProgressBar bar;
  private final long begin = System.nanoTime();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger worked = new AtomicInteger(); // what is skipped takes no time
  private final AtomicInteger failed = new AtomicInteger();
  private final DoubleAdder audioSeconds = new DoubleAdder();

  BatchProgress(Console console, Form wanted, int items) {
    this.console = console;
    this.items = items;
    form = wanted == Form.AUTO ? (console.interactive() ? Form.BAR : Form.LINES) : wanted;
    bar =
        form == Form.BAR
            ? new ProgressBarBuilder()
                .setInitialMax(items)
                .setUpdateIntervalMillis(BAR_MILLIS)
                .setRenderer((state, width) -> bar(width))
                .setConsumer(new ConsoleProgressBarConsumer(console.err()))
                .build()
            : null;
  }

  @Override
  public void skipped(BatchItem item, String why) {
    step(item, "skipped", why);
  }

  @Override
  public void ended(BatchItem item, ItemResult result) {
    audioSeconds.add(result.inputSeconds());
    worked.incrementAndGet();
    if (result.isOk()) {
      String note = "%.1f s in %.2f s".formatted(result.inputSeconds(), result.elapsedSeconds());
      String warnings = result.warnings().stream().map("; "::concat).collect(Collectors.joining());
      step(item, "ok", note + warnings);
    } else {
      failed.incrementAndGet();
      step(item, FAILED, "%s: %s".formatted(result.stage(), result.reason()));
    }
  }

  private synchronized void step(BatchItem item, String status, String note) {
    int count = ended.incrementAndGet();
    switch (form) {
      case BAR -> {
        if (status.equals(FAILED)) { // above the bar, where it stays
          console.err().print(ERASE_LINE + "failed %s (%s)%n".formatted(shown(item), note));
        }
        bar.step();
      }
      case LINES ->
          console.err().printf("[%d/%d] %s %s (%s)%n", count, items, status, shown(item), note);
      case JSON -> {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("item", count);
        event.put("items", items);
        event.put("status", status);
        event.put("input", item.input().toUri().toString());
        event.put("output", item.output().toUri().toString());
        event.put("note", note);
        event.put("audioSeconds", audioSeconds.sum());
        event.put("elapsedSeconds", seconds());
        event.put("failed", failed.get());
        console.out().println(Json.write(event));
        console.out().flush();
      }
      default -> {}
    }
  }

  /** How far, how much audio, how fast, how long yet, and how many errors, in so many columns. */
  String bar(int width) {
    int done = ended.get();
    double audio = audioSeconds.sum();
    String left =
        worked.get() == 0 || done >= items
            ? ""
            : ", %s left".formatted(clock(seconds() * (items - done) / worked.get()));
    String text =
        String.format(
            Locale.ROOT,
            " %d/%d, %s audio, %.1fx%s, %d failed",
            done,
            items,
            clock(audio),
            audio / seconds(),
            left,
            failed.get());
    int room = Math.min(MAX_BAR, width - text.length() - 2);
    if (room < MIN_BAR) {
      return text.substring(1, Math.max(1, Math.min(text.length(), width)));
    }
    int filled = items == 0 ? room : (int) ((long) room * done / items);
    return "[" + "=".repeat(filled) + " ".repeat(room - filled) + "]" + text;
  }

  private static String clock(double seconds) {
    return Progress.clock(Duration.ofSeconds(Math.round(seconds)));
  }

  /** On one line, whatever the name holds. */
  static String shown(BatchItem item) {
    return item.input().toString().replaceAll("\\p{Cntrl}", "?");
  }

  private double seconds() {
    return Math.max(1e-3, (System.nanoTime() - begin) / 1e9);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
