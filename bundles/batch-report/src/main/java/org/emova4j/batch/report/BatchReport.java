package org.emova4j.batch.report;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.emova4j.batch.BatchItem;
import org.emova4j.batch.BatchPlan;
import org.emova4j.batch.ItemResult;
import org.emova4j.batch.ResultLog;

/**
 * How a batch stands: every item of its plan with the newest line of its result log, so that the
 * report of a resumed batch covers what earlier runs made. Immutable.
 */
public final class BatchReport {
  private final Facts facts;
  private final List<ReportRow> rows;

  /**
   * About the batch as a whole.
   *
   * @param title e.g. the command
   * @param program that made it, with its version
   * @param made when the report was made
   * @param elapsedSeconds how long the last run took
   */
  public record Facts(String title, String program, Instant made, double elapsedSeconds) {
    public Facts {
      requireNonNull(title, "title");
      requireNonNull(program, "program");
      requireNonNull(made, "made");
    }
  }

  private BatchReport(Facts facts, List<ReportRow> rows) {
    this.facts = facts;
    this.rows = List.copyOf(rows);
  }

  /** Takes down how things stand now. */
  public static BatchReport of(BatchPlan plan, ResultLog log, Facts facts) {
    List<ReportRow> rows = new ArrayList<>();
    for (BatchPlan.Unplanned unplanned : plan.unplanned()) {
      rows.add(failure(unplanned));
    }
    for (BatchItem item : plan.items()) {
      rows.add(row(item, log.last(item.output())));
    }
    return new BatchReport(requireNonNull(facts, "facts"), rows);
  }

  private static ReportRow failure(BatchPlan.Unplanned unplanned) {
    return new ReportRow(
        unplanned.input(),
        null,
        ReportRow.State.FAILED,
        0,
        0,
        0,
        0,
        0,
        Map.of(),
        Map.of(),
        List.of(),
        "plan",
        unplanned.reason());
  }

  private static ReportRow row(BatchItem item, Optional<ItemResult> last) {
    if (last.isEmpty()) {
      boolean there = Files.exists(item.output());
      return new ReportRow(
          item.input(),
          item.output(),
          there ? ReportRow.State.EXISTING : ReportRow.State.OPEN,
          0,
          0,
          0,
          0,
          0,
          Map.of(),
          Map.of(),
          List.of(),
          "",
          "");
    }
    ItemResult result = last.get();
    return new ReportRow(
        item.input(),
        item.output(),
        switch (result.status()) {
          case OK -> ReportRow.State.OK;
          case FAILED -> ReportRow.State.FAILED;
          case BEGUN -> ReportRow.State.OPEN;
        },
        result.inputSeconds(),
        result.outputSeconds(),
        result.elapsedSeconds(),
        result.inputBytes(),
        result.outputBytes(),
        result.stageSeconds(),
        result.lufs(),
        result.warnings(),
        result.stage(),
        result.reason());
  }

  Facts facts() {
    return facts;
  }

  List<ReportRow> rows() {
    return rows;
  }

  List<ReportRow> rows(ReportRow.State state) {
    return rows.stream().filter(row -> row.state() == state).toList();
  }

  /** Writes all that is known of every item, as one JSON object; the file appears whole. */
  public void writeJson(Path file) throws IOException {
    replace(file, JsonReport.of(this));
  }

  /**
   * Writes a page that needs no network; the file appears whole.
   *
   * @param pictures how the sound of an item looks
   * @param samples most items whose pictures are shown: those with warnings and failures first,
   *     then some of the others, evenly over the batch
   */
  public void writeHtml(Path file, Pictures pictures, int samples) throws IOException {
    if (samples < 0) {
      throw new IllegalArgumentException("samples %d is negative".formatted(samples));
    }
    replace(file, new HtmlReport(this, pictures, samples).page());
  }

  private static void replace(Path file, String text) throws IOException {
    Path target = file.toAbsolutePath();
    Path draft = target.resolveSibling(".emova-report-" + UUID.randomUUID() + ".part");
    try {
      Files.writeString(draft, text, StandardCharsets.UTF_8);
      Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
