package org.emova4j.eval.internal.report;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import org.emova4j.eval.Comparison;
import org.emova4j.eval.EvalReport;
import org.emova4j.eval.Figure;

/** Figures, and differences after them, a row each. What isn't known is an empty cell. */
final class CsvFile {
  private static final List<String> COLUMNS =
      List.of(
          "subject",
          "compared_with",
          "section",
          "name",
          "label",
          "unit",
          "value",
          "low",
          "high",
          "interval",
          "items",
          "clusters",
          "verdict");

  private CsvFile() {}

  static String of(EvalReport report) throws IOException {
    CsvSchema.Builder schema = CsvSchema.builder();
    COLUMNS.forEach(schema::addColumn);
    StringWriter text = new StringWriter();
    try (SequenceWriter rows =
        new CsvMapper()
            .writerFor(Object[].class)
            .with(schema.build().withHeader())
            .writeValues(text)) {
      for (Figure f : report.figures()) {
        rows.write(
            new Object[] {
              f.subject(),
              "",
              f.section(),
              f.name(),
              f.label(),
              f.unit(),
              cell(f.value()),
              cell(f.low()),
              cell(f.high()),
              f.interval(),
              f.items(),
              f.clusters(),
              ""
            });
      }
      for (Comparison c : report.comparisons()) {
        rows.write(
            new Object[] {
              c.second(),
              c.first(),
              c.section(),
              c.name(),
              c.label(),
              c.unit(),
              cell(c.value()),
              cell(c.low()),
              cell(c.high()),
              "difference",
              c.items(),
              c.clusters(),
              c.verdict().id()
            });
      }
    }
    return text.toString();
  }

  private static String cell(double value) {
    return Double.isFinite(value) ? String.valueOf(value) : "";
  }
}
