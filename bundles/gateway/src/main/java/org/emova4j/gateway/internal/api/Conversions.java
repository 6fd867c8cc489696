package org.emova4j.gateway.internal.api;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.style.Style;
import org.emova4j.gateway.internal.http.ApiException;
import org.emova4j.gateway.internal.http.Exchange;
import org.emova4j.gateway.internal.http.Form;
import org.emova4j.gateway.internal.http.Form.Upload;
import org.emova4j.gateway.internal.http.Json;
import org.emova4j.gateway.internal.parts.SpeechServices;

/** {@code POST /v1/convert}: a recording in another style. */
public final class Conversions {
  private static final String REFERENCE = "reference";
  private static final List<String> INCLUDABLE = List.of("units", "prosody");
  private static final Set<String> KNOWN =
      known("file", REFERENCE, "keep_prosody", "response_format", "include", "model");

  private final SpeechServices services;
  private final Sounds sounds;
  private final Analysis analysis;

  public Conversions(SpeechServices services, Sounds sounds, Analysis analysis) {
    this.services = services;
    this.sounds = sounds;
    this.analysis = analysis;
  }

  private static Set<String> known(String... own) {
    Set<String> names = new HashSet<>(StyleFields.STYLE);
    names.addAll(StyleFields.PARTS);
    names.addAll(Arrays.asList(own));
    return Set.copyOf(names);
  }

  public void convert(Exchange exchange) throws Exception {
    try (Form form = exchange.form(Analysis.FILE)) {
      form.requireKnown(KNOWN);
      Fields fields = Fields.of(form);
      Upload file = form.requireFile(Analysis.FILE);
      Style style = StyleFields.style(fields);
      Parts parts = StyleFields.parts(fields);
      boolean keepProsody = fields.flag("keep_prosody", true);
      SoundFormat format =
          SoundFormat.of("response_format", fields.text("response_format"), SoundFormat.WAV);
      Set<String> included = included(fields);
      exchange.inTurn(
          () -> {
            ConversionRequest request = request(style, form.file(REFERENCE), keepProsody, parts);
            reply(exchange, file, convert(file, request), format, included, request);
          });
    }
  }

  private void reply(
      Exchange exchange,
      Upload file,
      Audio result,
      SoundFormat format,
      Set<String> included,
      ConversionRequest request)
      throws SpeechException, IOException {
    Parts asked = request.parts();
    Parts taken = request.style().keepsSpeaker() ? asked : analysis.partsInUse(asked);
    byte[] encoded = sounds.encode(result, format);
    if (included.isEmpty()) {
      reply(exchange, result, format, encoded, taken);
    } else {
      Map<String, Object> json = described(result, format, encoded, taken);
      include(json, included, file, result, taken);
      exchange.send(json);
    }
  }

  private static Set<String> included(Fields fields) {
    Set<String> names = new LinkedHashSet<>();
    for (String name :
        fields.text("include").map(t -> t.split("\\s*,\\s*")).orElse(new String[0])) {
      if (!INCLUDABLE.contains(name)) {
        throw ApiException.invalid(
            "include",
            "unknown include \"%s\"; known: %s".formatted(name, String.join(", ", INCLUDABLE)));
      }
      names.add(name);
    }
    return names;
  }

  private ConversionRequest request(
      Style style, Optional<Upload> reference, boolean keepProsody, Parts parts)
      throws SpeechException {
    ConversionRequest request = new ConversionRequest(style, Optional.empty(), keepProsody, parts);
    StyleFields.check(
        style, services.converters().call(Optional.empty(), c -> c.catalogue(request)), "speaker");
    if (reference.isEmpty()) {
      return request;
    }
    int rate = services.converters().call(Optional.empty(), c -> c.referenceSampleRate(request));
    Audio sound = sounds.decode(reference.get(), rate);
    return new ConversionRequest(style, Optional.of(sound), keepProsody, parts);
  }

  private Audio convert(Upload file, ConversionRequest request) throws SpeechException {
    int own = sounds.probe(file).sampleRate();
    return services
        .converters()
        .call(
            Optional.empty(), c -> c.convert(sounds.decode(file, rate(c, request, own)), request));
  }

  private static int rate(SpeechConverter converter, ConversionRequest request, int own)
      throws SpeechException {
    return request.style().keepsSpeaker()
        ? converter.sampleRate(request, own)
        : converter.sampleRate(request);
  }

  private static void reply(
      Exchange exchange, Audio result, SoundFormat format, byte[] encoded, Parts parts)
      throws IOException {
    exchange.header("Emova-Sample-Rate", String.valueOf(rate(result, format)));
    exchange.header("Emova-Duration", String.valueOf(Shown.seconds(result)));
    exchange.header("Emova-Parts", Json.text(Shown.parts(parts)));
    exchange.send(200, format.contentType(), encoded);
  }

  private static int rate(Audio result, SoundFormat format) {
    return format == SoundFormat.PCM ? Sounds.PCM_RATE : result.sampleRate();
  }

  private static Map<String, Object> described(
      Audio result, SoundFormat format, byte[] encoded, Parts parts) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("object", "conversion");
    json.put("format", format.id());
    json.put("content_type", format.contentType());
    json.put("sample_rate", rate(result, format));
    json.put("duration", Shown.seconds(result));
    json.put("parts", Shown.parts(parts));
    json.put("audio", Base64.getEncoder().encodeToString(encoded));
    return json;
  }

  private void include(
      Map<String, Object> json, Set<String> included, Upload file, Audio result, Parts parts)
      throws SpeechException {
    if (included.contains("units")) {
      json.put("units", analysis.units(file, parts.tokenizer()));
    }
    if (included.contains("prosody")) {
      Map<String, Object> prosody = new LinkedHashMap<>();
      prosody.put("source", analysis.prosody(file));
      prosody.put("result", analysis.prosody(result));
      json.put("prosody", prosody);
    }
  }
}
