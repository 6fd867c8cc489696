package org.emova4j.gateway.internal.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.style.Style;
import org.emova4j.gateway.internal.api.Fields;
import org.emova4j.gateway.internal.api.Sounds;
import org.emova4j.gateway.internal.api.StyleFields;
import org.emova4j.gateway.internal.http.ApiException;
import org.emova4j.gateway.internal.http.Json;

/**
 * How a session answers.
 *
 * @param model language model, if one is named
 * @param instructions the system message
 * @param spoken whether answers are spoken, or written alone
 * @param style of the voice, over what the model chooses
 * @param parts that are named
 */
record SessionSettings(
    Optional<String> model, String instructions, boolean spoken, Style style, Parts parts) {
  private static final Set<String> KNOWN =
      Set.of(
          "type",
          "model",
          "instructions",
          "output_modalities",
          "audio",
          "emova",
          "tools",
          "tool_choice",
          "max_output_tokens",
          "tracing",
          "truncation",
          "include",
          "conversation",
          "input",
          "metadata");

  static SessionSettings of(Optional<String> model) {
    return new SessionSettings(model, ChatRequest.DEFAULT_SYSTEM, true, Style.DEFAULT, Parts.ANY);
  }

  /**
   * These with what an event changes.
   *
   * @param voice makes a speaker of a voice's name
   * @throws ApiException names what can't be
   */
  SessionSettings changed(JsonNode session, UnaryOperator<String> voice) {
    Json.requireKnown(session, KNOWN);
    requirePushToTalk(session.path("audio").path("input"));
    requirePcm(session.path("audio").path("input").path("format"));
    requirePcm(session.path("audio").path("output").path("format"));
    Fields own = Fields.of(session.path("emova"));
    JsonNode emova = session.path("emova");
    Style changed = emova.isObject() ? StyleFields.style(own) : style;
    if (emova.isObject() && changed.speaker().isEmpty() && style.speaker().isPresent()) {
      changed = changed.withSpeaker(style.speaker().get());
    }
    Optional<String> name = Fields.of(session.path("audio").path("output")).text("voice");
    if (name.isPresent()) {
      changed = changed.withSpeaker(voice.apply(name.get()));
    }
    return new SessionSettings(
        model,
        Fields.of(session).text("instructions").orElse(instructions),
        spoken(session.path("output_modalities")),
        changed,
        emova.isObject() ? StyleFields.parts(own) : parts);
  }

  private static void requirePushToTalk(JsonNode input) {
    if (input.hasNonNull("turn_detection")) {
      throw ApiException.invalid(
          "turn_detection",
          "turn_detection must be null: a turn ends with input_audio_buffer.commit");
    }
  }

  private static void requirePcm(JsonNode format) {
    if (format.isObject()
        && (!format.path("type").asText("audio/pcm").equals("audio/pcm")
            || format.path("rate").asInt(Sounds.PCM_RATE) != Sounds.PCM_RATE)) {
      throw ApiException.invalid(
          "format", "the format must be audio/pcm at %d".formatted(Sounds.PCM_RATE));
    }
  }

  private boolean spoken(JsonNode modalities) {
    if (!modalities.isArray() || modalities.isEmpty()) {
      return spoken;
    }
    boolean audio = false;
    for (JsonNode modality : modalities) {
      if (!modality.asText().equals("audio") && !modality.asText().equals("text")) {
        throw ApiException.invalid(
            "output_modalities",
            "unknown modality \"%s\"; known: text, audio".formatted(modality.asText()));
      }
      audio |= modality.asText().equals("audio");
    }
    return audio;
  }

  /** As {@code session.updated} shows them. */
  Map<String, Object> toJson(String id) {
    Map<String, Object> format = Map.of("type", "audio/pcm", "rate", Sounds.PCM_RATE);
    Map<String, Object> input = new LinkedHashMap<>();
    input.put("format", format);
    input.put("turn_detection", null);
    Map<String, Object> output = new LinkedHashMap<>();
    output.put("format", format);
    output.put("voice", style.speaker().orElse(null));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", "realtime");
    json.put("object", "realtime.session");
    json.put("id", id);
    json.put("model", model.orElse(null));
    json.put("instructions", instructions);
    json.put("output_modalities", List.of(spoken ? "audio" : "text"));
    json.put("audio", Map.of("input", input, "output", output));
    json.put("emova", StyleFields.toJson(style));
    return json;
  }
}
