package org.emova4j.gateway.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.PartChoice;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.gateway.internal.http.ApiException;
import org.emova4j.gateway.internal.http.Exchange;
import org.emova4j.gateway.internal.http.Json;
import org.emova4j.gateway.internal.parts.Offer;
import org.emova4j.gateway.internal.parts.SpeechServices;
import org.emova4j.gateway.internal.parts.Tracked;
import org.osgi.framework.Bundle;

/** Which parts, styles and models there are, and which are in use. */
public final class Catalogue {
  private static final String OWNER = "emova4j";
  private static final Set<String> KINDS = Set.of("tokenizer", "style", "vocoder");

  private final SpeechServices services;
  private final Analysis analysis;

  public Catalogue(SpeechServices services, Analysis analysis) {
    this.services = services;
    this.analysis = analysis;
  }

  /** {@code GET /v1/styles}. */
  public void styles(Exchange exchange) throws IOException {
    Optional<String> inUse = analysis.partsInUse(Parts.ANY).style();
    exchange.send(list(services.styles().all().stream().map(o -> style(o, inUse)).toList()));
  }

  private static Map<String, Object> list(List<?> data) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("object", "list");
    json.put("data", data);
    return json;
  }

  private static Map<String, Object> style(Offer<StyleModule> offer, Optional<String> inUse) {
    StyleCatalogue catalogue = offer.service().catalogue();
    Map<String, Object> labels = new LinkedHashMap<>();
    labels.put("speakers", catalogue.speakers());
    labels.put("emotions", catalogue.emotions());
    labels.put("pitches", catalogue.pitches());
    labels.put("speeds", catalogue.speeds());
    labels.put("continuous", catalogue.continuous());
    labels.put("intensity", catalogue.intensity());
    Map<String, Object> limits = new LinkedHashMap<>();
    if (catalogue.intensity()) {
      limits.put("intensity", limit(0, 1, "share"));
    }
    if (catalogue.continuous()) {
      limits.put("pitch", limit(-Style.MAX_PITCH_SHIFT, Style.MAX_PITCH_SHIFT, "semitones"));
      limits.put("speed", limit(1 / Style.MAX_SPEED, Style.MAX_SPEED, "ratio"));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", offer.id());
    json.put("object", "style_module");
    json.put("model", offer.property(ServiceProperties.MODEL).orElse(null));
    json.put("style_space", offer.service().styleSpace());
    json.put("in_use", inUse.filter(offer.id()::equals).isPresent());
    json.put("catalogue", labels);
    json.put("limits", limits);
    return json;
  }

  private static Map<String, Object> limit(double min, double max, String unit) {
    return Map.of("min", min, "max", max, "unit", unit);
  }

  /** {@code GET /v1/bundles}. */
  public void bundles(Exchange exchange) throws IOException {
    exchange.send(parts());
  }

  /** {@code POST /v1/bundles/use}. */
  public void use(Exchange exchange) throws IOException {
    JsonNode wanted = exchange.json();
    Json.requireKnown(wanted, KINDS);
    PartChoice choice =
        services
            .choices()
            .best()
            .orElseThrow(() -> ApiException.unavailable("no_such_part", "there is no pipeline"));
    Parts before = choice.inUse();
    try {
      choice.use(
          new Parts(
              named(wanted, "tokenizer", before.tokenizer()),
              named(wanted, "style", before.style()),
              named(wanted, "vocoder", before.vocoder())));
    } catch (ModelUnavailableException e) {
      throw ApiException.refused(409, "parts_do_not_fit", e.getMessage());
    }
    exchange.send(parts());
  }

  private static Optional<String> named(JsonNode wanted, String kind, Optional<String> before) {
    JsonNode value = wanted.get(kind);
    if (value == null) {
      return before;
    }
    if (!value.isNull() && !value.isTextual()) {
      throw ApiException.invalid(kind, "%s must be an id or null".formatted(kind));
    }
    return Optional.ofNullable(value.isNull() ? null : value.asText().strip())
        .filter(v -> !v.isEmpty());
  }

  private Map<String, Object> parts() {
    Parts inUse = analysis.partsInUse(Parts.ANY);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("object", "parts");
    json.put(
        "tokenizers",
        shown(services.tokenizers(), inUse.tokenizer(), t -> OptionalInt.of(t.sampleRate())));
    json.put("styles", shown(services.styles(), inUse.style(), s -> OptionalInt.empty()));
    json.put(
        "vocoders",
        shown(services.vocoders(), inUse.vocoder(), v -> OptionalInt.of(v.sampleRate())));
    json.put(
        "modifiers",
        shown(services.modifiers(), best(services.modifiers()), m -> OptionalInt.empty()));
    json.put(
        "language_models",
        shown(
            services.languageModels(), best(services.languageModels()), m -> OptionalInt.empty()));
    json.put(
        "chosen", Shown.parts(services.choices().best().map(PartChoice::inUse).orElse(Parts.ANY)));
    json.put("in_use", Shown.parts(inUse));
    json.put("fitting", fitting());
    json.put("bundles", installed());
    return json;
  }

  private static Optional<String> best(Tracked<?> services) {
    return services.all().stream().findFirst().map(Offer::id);
  }

  private static <S> List<Map<String, Object>> shown(
      Tracked<S> kind, Optional<String> inUse, Function<S, OptionalInt> rate) {
    List<Map<String, Object>> shown = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (Offer<S> offer : kind.all()) {
      Map<String, Object> json = new LinkedHashMap<>();
      OptionalInt sampleRate = rate.apply(offer.service());
      json.put("id", offer.id());
      json.put("model", offer.property(ServiceProperties.MODEL).orElse(null));
      json.put("architecture", offer.property(ServiceProperties.ARCHITECTURE).orElse(null));
      json.put("codebook", offer.property(ServiceProperties.CODEBOOK).orElse(null));
      json.put("style_space", offer.property(ServiceProperties.STYLE_SPACE).orElse(null));
      json.put("sample_rate", sampleRate.isPresent() ? sampleRate.getAsInt() : null);
      json.put("ranking", offer.ranking());
      json.put("bundle", offer.bundle());
      // Of two with one id it is the better one.
      json.put("in_use", inUse.filter(offer::isCalled).isPresent() && seen.add(offer.id()));
      shown.add(json);
    }
    return shown;
  }

  private List<Map<String, Object>> fitting() {
    Set<Map<String, Object>> triples = new LinkedHashSet<>();
    for (Offer<Vocoder> vocoder : services.vocoders().all()) {
      for (Offer<SpeechTokenizer> tokenizer : services.tokenizers().all()) {
        for (Offer<StyleModule> style : services.styles().all()) {
          if (tokenizer.service().codebook().id().equals(vocoder.service().codebook().id())
              && style.service().styleSpace().equals(vocoder.service().styleSpace())) {
            triples.add(
                Shown.parts(
                    new Parts(
                        Optional.of(tokenizer.id()),
                        Optional.of(style.id()),
                        Optional.of(vocoder.id()))));
          }
        }
      }
    }
    return List.copyOf(triples);
  }

  private List<Map<String, Object>> installed() {
    return Arrays.stream(services.context().getBundles())
        .filter(b -> Objects.toString(b.getSymbolicName(), "").startsWith("org.emova4j."))
        .map(Catalogue::bundle)
        .toList();
  }

  private static Map<String, Object> bundle(Bundle bundle) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("symbolic_name", bundle.getSymbolicName());
    json.put("version", bundle.getVersion().toString());
    json.put(
        "state",
        switch (bundle.getState()) {
          case Bundle.INSTALLED -> "installed";
          case Bundle.RESOLVED -> "resolved";
          case Bundle.STARTING -> "starting";
          case Bundle.ACTIVE -> "active";
          case Bundle.STOPPING -> "stopping";
          default -> "uninstalled";
        });
    return json;
  }

  /** {@code GET /v1/models}. */
  public void models(Exchange exchange) throws IOException {
    Map<String, Map<String, Object>> models = new LinkedHashMap<>();
    services.languageModels().all().forEach(o -> put(models, o.id(), "language_model"));
    collect(models, services.tokenizers(), "tokenizer");
    collect(models, services.styles(), "style_module");
    collect(models, services.vocoders(), "vocoder");
    exchange.send(list(List.copyOf(models.values())));
  }

  private static void collect(
      Map<String, Map<String, Object>> models, Tracked<?> services, String kind) {
    services
        .all()
        .forEach(o -> put(models, o.property(ServiceProperties.MODEL).orElse(o.id()), kind));
  }

  private static void put(Map<String, Map<String, Object>> models, String id, String kind) {
    Map<String, Object> known = models.get(id);
    if (known != null) {
      known.put("kind", known.get("kind") + "+" + kind);
      return;
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("object", "model");
    json.put("created", 0);
    json.put("owned_by", OWNER);
    json.put("kind", kind.toLowerCase(Locale.ROOT));
    models.put(id, json);
  }
}
