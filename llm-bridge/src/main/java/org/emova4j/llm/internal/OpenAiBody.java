package org.emova4j.llm.internal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.Sampling;
import org.emova4j.api.chat.Turn;
import org.emova4j.api.vision.PreparedImage;
import org.emova4j.llm.format.Prompts;

/** Requests to OpenAI-compatible servers. */
final class OpenAiBody {
  /** Which fields a server bears: those that it doesn't know may make it refuse. */
  enum Fields {
    /** With those that vLLM, SGLang and llama.cpp have beyond OpenAI's. */
    VENDOR,
    /** OpenAI's alone. */
    STANDARD,
    /** No more than it takes. */
    MINIMAL;

    /** The next smaller set. */
    Optional<Fields> fewer() {
      return switch (this) {
        case VENDOR -> Optional.of(STANDARD);
        case STANDARD -> Optional.of(MINIMAL);
        case MINIMAL -> Optional.empty();
      };
    }
  }

  private static final String UNITS_REGEX = "(<\\|speech_[0-9]{1,4}\\|>)+";
  private static final String UNITS_GRAMMAR =
      "root ::= (\"<|speech_\" [0-9] [0-9]? [0-9]? [0-9]? \"|>\")+";

  private final RemoteSettings settings;

  OpenAiBody(RemoteSettings settings) {
    this.settings = settings;
  }

  ObjectNode chat(ChatRequest request, String model, Fields fields) {
    ObjectNode body = common(request, model, fields);
    ArrayNode messages = body.putArray("messages");
    messages.addObject().put("role", "system").put("content", Prompts.plain(request.system()));
    for (Turn turn : request.history()) {
      user(messages, turn.image(), Prompts.plain(turn.question()));
      messages.addObject().put("role", "assistant").put("content", Prompts.plain(turn.answer()));
    }
    user(messages, request.image(), Prompts.question(request));
    return body;
  }

  /** A plain string where there is no image: every server takes that. */
  private static void user(ArrayNode messages, Optional<PreparedImage> image, String text) {
    ObjectNode message = messages.addObject().put("role", "user");
    if (image.isEmpty()) {
      message.put("content", text);
      return;
    }
    ArrayNode parts = message.putArray("content");
    parts
        .addObject()
        .put("type", "image_url")
        .putObject("image_url")
        .put("url", image.get().dataUrl());
    parts.addObject().put("type", "text").put("text", text);
  }

  ObjectNode completion(ChatRequest request, String model, Fields fields) {
    return common(request, model, fields).put("prompt", Prompts.render(request, false));
  }

  private ObjectNode common(ChatRequest request, String model, Fields fields) {
    Sampling sampling = request.sampling();
    ObjectNode body = JsonText.object();
    body.put("model", model);
    body.put("stream", true);
    body.put("temperature", sampling.temperature());
    body.put("top_p", sampling.topP());
    body.put("max_tokens", sampling.maxTokens());
    if (fields == Fields.MINIMAL) {
      return body;
    }
    body.putObject("stream_options").put("include_usage", true);
    sampling.seed().ifPresent(seed -> body.put("seed", seed));
    if (fields == Fields.STANDARD) {
      return body;
    }
    // A server's own defaults would spoil runs of units. llama.cpp has a name of its own for the
    // penalty, and takes its defaults from the model's file.
    body.put("repetition_penalty", 1.0);
    body.put("repeat_penalty", 1.0);
    body.put("top_k", -1);
    body.put("min_p", 0.0);
    body.put("skip_special_tokens", true);
    body.put("spaces_between_special_tokens", false);
    ArrayNode stop = body.putArray("stop_token_ids");
    settings.stopTokens().forEach(stop::add);
    if (request.mode() == ChatMode.TTS && sampling.unitsOnly()) {
      constrain(body);
    }
    return body;
  }

  private void constrain(ObjectNode body) {
    switch (settings.constraint()) {
      case NONE -> {}
      case GUIDED_REGEX -> body.put("guided_regex", UNITS_REGEX);
      case STRUCTURED_OUTPUTS -> body.putObject("structured_outputs").put("regex", UNITS_REGEX);
      case GRAMMAR -> body.put("grammar", UNITS_GRAMMAR);
    }
  }
}
