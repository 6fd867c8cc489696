package org.emova4j.batch.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;

/** The report for programs. */
final class JsonReport {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private JsonReport() {}

  static String of(BatchReport report) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = MAPPER.getFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      json.writeStringField("title", report.facts().title());
      json.writeStringField("program", report.facts().program());
      json.writeStringField("made", report.facts().made().toString());
      json.writeNumberField("lastRunSeconds", report.facts().elapsedSeconds());
      json.writeObjectFieldStart("totals");
      for (Map.Entry<String, Object> total : new Totals(report).asMap().entrySet()) {
        json.writeObjectField(total.getKey(), total.getValue());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("items");
      for (ReportRow row : report.rows()) {
        write(row, json);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text + "\n";
  }

  /** Files by URI, since a name may be no text; and as text, to be read. */
  private static void write(ReportRow row, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("state", row.state().id());
    json.writeStringField("name", row.input().toString());
    json.writeStringField("input", row.input().toUri().toString());
    if (row.output() != null) {
      json.writeStringField("output", row.output().toUri().toString());
    }
    if (!row.stage().isEmpty()) {
      json.writeStringField("stage", row.stage());
      json.writeStringField("reason", row.reason());
    }
    if (row.state() == ReportRow.State.OK) {
      json.writeNumberField("inputSeconds", row.inputSeconds());
      json.writeNumberField("outputSeconds", row.outputSeconds());
      json.writeNumberField("inputBytes", row.inputBytes());
      json.writeNumberField("outputBytes", row.outputBytes());
      json.writeObjectField("stageSeconds", row.stageSeconds());
      json.writeObjectField("lufs", row.lufs());
    }
    if (row.elapsedSeconds() > 0) {
      json.writeNumberField("elapsedSeconds", row.elapsedSeconds());
    }
    json.writeObjectField("warnings", row.warnings());
    json.writeEndObject();
  }
}
