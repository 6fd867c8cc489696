package org.emova4j.gateway.internal.api;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.emova4j.api.health.Diagnosis;
import org.emova4j.api.health.Finding;
import org.emova4j.gateway.internal.http.Exchange;
import org.emova4j.gateway.internal.parts.SpeechServices;

/** Whether the process answers, and whether conversions can be done. */
public final class Health {
  private final SpeechServices services;

  public Health(SpeechServices services) {
    this.services = services;
  }

  /** {@code GET /health}. */
  public void alive(Exchange exchange) throws IOException {
    exchange.send(Map.of("status", "ok"));
  }

  /** {@code GET /health/ready}. */
  public void ready(Exchange exchange) throws IOException {
    List<Finding> findings = services.diagnoses().best().map(Diagnosis::examine).orElse(List.of());
    boolean converts = services.converters().best().isPresent();
    Finding.Status worst =
        findings.stream()
            .map(Finding::status)
            .max(Enum::compareTo)
            .orElse(converts ? Finding.Status.OK : Finding.Status.PROBLEM);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("status", id(converts ? worst : Finding.Status.PROBLEM));
    json.put("findings", findings.stream().map(Health::finding).toList());
    exchange.send(converts ? 200 : 503, json);
  }

  private static String id(Finding.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> finding(Finding finding) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("subject", finding.subject());
    json.put("status", id(finding.status()));
    json.put("text", finding.text());
    return json;
  }
}
