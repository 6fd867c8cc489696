package org.emova4j.batch.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** Sums over a report. */
final class Totals {
  private final BatchReport report;

  Totals(BatchReport report) {
    this.report = report;
  }

  int count(ReportRow.State state) {
    return report.rows(state).size();
  }

  long withWarnings() {
    return report.rows().stream().filter(ReportRow::hasWarnings).count();
  }

  double inputSeconds() {
    return report.rows(ReportRow.State.OK).stream().mapToDouble(ReportRow::inputSeconds).sum();
  }

  double outputSeconds() {
    return report.rows(ReportRow.State.OK).stream().mapToDouble(ReportRow::outputSeconds).sum();
  }

  /** Of all items that are done, whenever they were; items run beside each other. */
  double workSeconds() {
    return report.rows(ReportRow.State.OK).stream().mapToDouble(ReportRow::elapsedSeconds).sum();
  }

  long inputBytes() {
    return report.rows(ReportRow.State.OK).stream().mapToLong(ReportRow::inputBytes).sum();
  }

  long outputBytes() {
    return report.rows(ReportRow.State.OK).stream().mapToLong(ReportRow::outputBytes).sum();
  }

  Map<String, Object> asMap() {
    Map<String, Object> totals = new LinkedHashMap<>();
    totals.put("items", report.rows().size());
    for (ReportRow.State state : ReportRow.State.values()) {
      totals.put(state.id(), count(state));
    }
    totals.put("withWarnings", withWarnings());
    totals.put("inputSeconds", inputSeconds());
    totals.put("outputSeconds", outputSeconds());
    totals.put("inputBytes", inputBytes());
    totals.put("outputBytes", outputBytes());
    totals.put("workSeconds", workSeconds());
    return totals;
  }
}
