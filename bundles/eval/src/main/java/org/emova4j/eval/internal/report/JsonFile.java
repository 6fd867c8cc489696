package org.emova4j.eval.internal.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.emova4j.eval.Comparison;
import org.emova4j.eval.EvalFacts;
import org.emova4j.eval.EvalReport;
import org.emova4j.eval.Failure;
import org.emova4j.eval.Figure;
import org.emova4j.eval.Plot;
import org.emova4j.eval.Subject;

/** The report for programs. What isn't known is null. */
final class JsonFile {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private JsonFile() {}

  static String of(EvalReport report, EvalFacts facts) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = MAPPER.getFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      facts(facts, json);
      json.writeArrayFieldStart("figures");
      for (Figure figure : report.figures()) {
        figure(figure, json);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("comparisons");
      for (Comparison comparison : report.comparisons()) {
        comparison(comparison, json);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("tables");
      for (Map.Entry<String, List<Plot>> subject : report.plots().entrySet()) {
        for (Plot plot : subject.getValue()) {
          if (plot instanceof Plot.Heat heat) {
            table(subject.getKey(), heat, json);
          }
        }
      }
      json.writeEndArray();
      json.writeArrayFieldStart("failures");
      for (Failure failure : report.failures()) {
        json.writeStartObject();
        json.writeStringField("measurement", failure.measurement());
        json.writeStringField("item", failure.item());
        json.writeStringField("reason", failure.reason());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeObjectField("notes", report.notes());
      json.writeObjectField("recordings", report.recordings());
      json.writeEndObject();
    }
    return text + "\n";
  }

  private static void facts(EvalFacts facts, JsonGenerator json) throws IOException {
    json.writeStringField("title", facts.title());
    json.writeStringField("command", facts.command());
    json.writeStringField("made", facts.made().toString());
    json.writeStringField("corpus", facts.corpus());
    json.writeNumberField("corpusRecordings", facts.recordings());
    json.writeNumberField("corpusSpeakers", facts.speakers());
    json.writeStringField("corpusSha256", facts.corpusHash());
    json.writeArrayFieldStart("parts");
    for (Subject.PartFacts part : facts.parts()) {
      json.writeStartObject();
      json.writeStringField("role", part.role());
      json.writeStringField("id", part.id());
      json.writeStringField("model", part.model());
      json.writeStringField("sha256", part.sha256());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectField("environment", facts.environment());
    json.writeObjectField("settings", facts.settings());
  }

  private static void figure(Figure figure, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("subject", figure.subject());
    json.writeStringField("section", figure.section());
    json.writeStringField("name", figure.name());
    json.writeStringField("label", figure.label());
    json.writeStringField("unit", figure.unit());
    json.writeStringField("better", figure.better().name().toLowerCase(Locale.ROOT));
    number("value", figure.value(), json);
    number("low", figure.low(), json);
    number("high", figure.high(), json);
    json.writeStringField("interval", figure.interval());
    json.writeNumberField("items", figure.items());
    json.writeNumberField("clusters", figure.clusters());
    json.writeEndObject();
  }

  private static void comparison(Comparison comparison, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("first", comparison.first());
    json.writeStringField("second", comparison.second());
    json.writeStringField("section", comparison.section());
    json.writeStringField("name", comparison.name());
    json.writeStringField("label", comparison.label());
    json.writeStringField("unit", comparison.unit());
    number("difference", comparison.value(), json);
    number("low", comparison.low(), json);
    number("high", comparison.high(), json);
    json.writeNumberField("items", comparison.items());
    json.writeNumberField("clusters", comparison.clusters());
    json.writeStringField("verdict", comparison.verdict().id());
    json.writeEndObject();
  }

  private static void table(String subject, Plot.Heat heat, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("subject", subject);
    json.writeStringField("title", heat.title());
    json.writeObjectField("rows", heat.rows());
    json.writeObjectField("columns", heat.columns());
    json.writeObjectField("shares", heat.values());
    json.writeEndObject();
  }

  private static void number(String name, double value, JsonGenerator json) throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumberField(name, value);
    } else {
      json.writeNullField(name);
    }
  }
}
