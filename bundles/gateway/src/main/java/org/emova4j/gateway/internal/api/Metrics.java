package org.emova4j.gateway.internal.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.emova4j.gateway.internal.guard.Admission;
import org.emova4j.gateway.internal.guard.Requests;
import org.emova4j.gateway.internal.http.Exchange;
import org.emova4j.gateway.internal.parts.SpeechServices;

/** {@code GET /metrics}, in the text format of Prometheus. */
public final class Metrics {
  private final Requests requests;
  private final Admission admission;
  private final SpeechServices services;

  public Metrics(Requests requests, Admission admission, SpeechServices services) {
    this.requests = requests;
    this.admission = admission;
    this.services = services;
  }

  public void show(Exchange exchange) throws IOException {
    StringBuilder text = new StringBuilder();
    Map<Requests.Kind, Requests.Count> counts = requests.counts();
    head(text, "emova_requests_total", "counter", "Requests that have ended.");
    counts.forEach((k, c) -> line(text, "emova_requests_total", k, String.valueOf(c.number())));
    head(text, "emova_request_seconds_total", "counter", "Seconds that they took.");
    counts.forEach(
        (k, c) ->
            line(
                text,
                "emova_request_seconds_total",
                k,
                String.format(Locale.ROOT, "%.6f", c.seconds())));
    gauge(text, "emova_requests_open", "Requests that are under way.", requests.running());
    gauge(text, "emova_requests_computing", "Of these, those that compute.", admission.running());
    gauge(text, "emova_requests_waiting", "Of these, those that wait.", admission.queued());
    Runtime runtime = Runtime.getRuntime();
    gauge(
        text,
        "emova_heap_bytes",
        "Java heap in use.",
        runtime.totalMemory() - runtime.freeMemory());
    gauge(text, "emova_tokenizers", "Tokenizers.", services.tokenizers().all().size());
    gauge(text, "emova_style_modules", "Style modules.", services.styles().all().size());
    gauge(text, "emova_vocoders", "Vocoders.", services.vocoders().all().size());
    gauge(
        text, "emova_language_models", "Language models.", services.languageModels().all().size());
    exchange.send(200, "text/plain;version=0.0.4;charset=utf-8", text.toString().getBytes(UTF_8));
  }

  private static void head(StringBuilder text, String name, String type, String help) {
    text.append("# HELP %s %s\n# TYPE %s %s\n".formatted(name, help, name, type));
  }

  private static void line(StringBuilder text, String name, Requests.Kind kind, String value) {
    text.append(
        "%s{path=\"%s\",status=\"%d\"} %s\n".formatted(name, kind.path(), kind.status(), value));
  }

  private static void gauge(StringBuilder text, String name, String help, long value) {
    head(text, name, "gauge", help);
    text.append("%s %d\n".formatted(name, value));
  }
}
