package org.emova4j.gateway.internal.api;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.DialogueResult;
import org.emova4j.api.unit.UnitSequence;

/** A dialogue's answer in OpenAI's words, and what these have no words for. */
public final class Answer {
  private static final long AUDIO_SECONDS = 3600; // nothing is kept here; clients expect a time

  private final String id = "chatcmpl-" + UUID.randomUUID();
  private final String audioId = "audio-" + UUID.randomUUID();
  private final long created = Instant.now().getEpochSecond();
  private final String model;

  Answer(String model) {
    this.model = model;
  }

  /** A whole reply. */
  Map<String, Object> completion(Map<String, Object> message, DialogueResult result) {
    Map<String, Object> choice = new LinkedHashMap<>();
    choice.put("index", 0);
    choice.put("message", message);
    choice.put("logprobs", null);
    choice.put("finish_reason", finish(result));
    Map<String, Object> json = envelope("chat.completion");
    json.put("choices", List.of(choice));
    json.put("usage", usage(result));
    return json;
  }

  /** A piece of a streamed one. */
  Map<String, Object> chunk(Map<String, Object> delta, Optional<String> finish) {
    Map<String, Object> choice = new LinkedHashMap<>();
    choice.put("index", 0);
    choice.put("delta", delta);
    choice.put("logprobs", null);
    choice.put("finish_reason", finish.orElse(null));
    Map<String, Object> json = envelope("chat.completion.chunk");
    json.put("choices", List.of(choice));
    return json;
  }

  /** The piece that only counts. */
  Map<String, Object> usageChunk(DialogueResult result) {
    Map<String, Object> json = envelope("chat.completion.chunk");
    json.put("choices", List.of());
    json.put("usage", usage(result));
    return json;
  }

  private Map<String, Object> envelope(String object) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("object", object);
    json.put("created", created);
    json.put("model", model);
    return json;
  }

  Map<String, Object> message(DialogueResult result, Optional<String> audio, Object emova) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("role", "assistant");
    // As OpenAI has it: what is said is the audio's transcript.
    message.put("content", audio.isPresent() ? null : result.answerText());
    message.put("refusal", null);
    audio.ifPresent(data -> message.put("audio", audio(data, result.answerText())));
    message.put("emova", emova);
    return message;
  }

  private Map<String, Object> audio(String data, String transcript) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", audioId);
    json.put("data", data);
    json.put("transcript", transcript);
    json.put("expires_at", created + AUDIO_SECONDS);
    return json;
  }

  /** Raw samples of a streamed one. */
  Map<String, Object> audioDelta(String data) {
    return Map.of("audio", Map.of("id", audioId, "data", data));
  }

  Map<String, Object> transcriptDelta(String text) {
    return Map.of("audio", Map.of("id", audioId, "transcript", text));
  }

  Map<String, Object> audioEnd() {
    return Map.of("audio", Map.of("id", audioId, "expires_at", created + AUDIO_SECONDS));
  }

  /** What OpenAI's form has no place for. */
  static Map<String, Object> emova(
      ChatMode mode, DialogueResult result, Optional<DialogueResult> spoken, List<String> ignored) {
    DialogueResult voice = spoken.orElse(result);
    Map<String, Object> json = new LinkedHashMap<>();
    if (mode.readsSpeech()) {
      Map<String, Object> question = new LinkedHashMap<>();
      question.put("text", result.questionText());
      result.questionLabels().ifPresent(labels -> question.putAll(labels(labels)));
      json.put("question", question);
    }
    result.answerLabels().ifPresent(labels -> json.put("answer", labels(labels)));
    voice.style().ifPresent(style -> json.put("style", StyleFields.toJson(style)));
    json.put("units", voice.units().map(UnitSequence::toText).orElse(null));
    json.put("codebook", voice.units().map(u -> u.codebook().id()).orElse(null));
    json.put("problem", voice.problem().or(result::problem).orElse(null));
    json.put("ignored", ignored);
    return json;
  }

  public static Map<String, Object> labels(ChatEvent.Labels labels) {
    Map<String, Object> json = new LinkedHashMap<>();
    labels.emotion().ifPresent(e -> json.put("emotion", e));
    labels.pitch().ifPresent(p -> json.put("pitch", p));
    labels.speed().ifPresent(s -> json.put("speed", s));
    return json;
  }

  static String finish(DialogueResult result) {
    return result.finish() == ChatEvent.Finish.LENGTH ? "length" : "stop";
  }

  private static Map<String, Object> usage(DialogueResult result) {
    int prompt = result.usage().prompt().orElse(result.prompt().total());
    int completion = result.usage().completion().orElse(0);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("prompt_tokens", prompt);
    json.put("completion_tokens", completion);
    json.put("total_tokens", prompt + completion);
    return json;
  }
}
