package org.emova4j.llm.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;

/**
 * An answer of an OpenAI-compatible server: server-sent events, or, from a server that doesn't
 * stream, one JSON object. Chat and plain completions differ only in where the text stands.
 */
final class OpenAiDeltas implements DeltaSource {
  private static final String DONE = "[DONE]";

  private final Reply reply;
  private final SseReader events;
  private boolean complete; // a finish reason, or the end mark, has come
  private boolean ended;

  OpenAiDeltas(Reply reply) {
    this.reply = reply;
    this.events = new SseReader(reply);
  }

  @Override
  public Optional<Delta> next() throws LanguageModelException, CancelledException {
    while (!ended) {
      if (reply.isJson()) {
        ended = true;
        return Optional.of(delta(parse(all())));
      }
      Optional<String> data = events.next();
      if (data.isEmpty() && !complete) {
        ended = true;
        throw new LanguageModelException(
            Reason.BROKEN, "the server closed the stream in the middle of the answer");
      }
      if (data.isEmpty() || data.get().strip().equals(DONE)) {
        ended = true;
        reply.close();
        return Optional.empty();
      }
      Delta delta = delta(parse(data.get()));
      if (!delta.text().isEmpty()) {
        reply.answering();
      }
      complete |= delta.finish().isPresent();
      return Optional.of(delta);
    }
    return Optional.empty();
  }

  private String all() throws LanguageModelException, CancelledException {
    BoundedBytes body = new BoundedBytes(Records.MAX_BYTES);
    for (Optional<ByteBuffer> bytes = reply.next(); bytes.isPresent(); bytes = reply.next()) {
      body.addSome(bytes.get());
      if (body.full()) {
        throw new LanguageModelException(
            Reason.BROKEN, "the server sent more than %d bytes".formatted(Records.MAX_BYTES));
      }
    }
    return body.text();
  }

  private JsonNode parse(String text) throws LanguageModelException {
    JsonNode json =
        JsonText.tryParse(text)
            .orElseThrow(
                () ->
                    new LanguageModelException(
                        Reason.BROKEN,
                        "the server sent what is no JSON: \"%s\""
                            .formatted(HttpErrors.plain(text))));
    JsonNode error = json.path("error");
    if (!error.isMissingNode() && !error.isNull()) {
      throw new LanguageModelException(
          Reason.REFUSED,
          "the server failed: %s".formatted(reply.masked(HttpErrors.message(text))));
    }
    return json;
  }

  private static Delta delta(JsonNode json) {
    JsonNode choice = json.path("choices").path(0);
    StringBuilder text = new StringBuilder();
    collect(choice.path("delta").path("content"), text);
    collect(choice.path("message").path("content"), text);
    collect(choice.path("text"), text);
    return new Delta(
        text.toString(), finish(choice.path("finish_reason")), usage(json.path("usage")));
  }

  /** Text, or a list of parts that have text. */
  private static void collect(JsonNode content, StringBuilder text) {
    if (content.isTextual()) {
      text.append(content.asText());
    } else if (content.isArray()) {
      content.forEach(part -> collect(part.path("text"), text));
    }
  }

  private static Optional<ChatEvent.Finish> finish(JsonNode reason) {
    if (!reason.isTextual()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (reason.asText()) {
          case "stop", "eos", "eos_token", "stop_sequence" -> ChatEvent.Finish.STOP;
          case "length", "max_tokens" -> ChatEvent.Finish.LENGTH;
          default -> ChatEvent.Finish.UNKNOWN;
        });
  }

  private static Optional<ChatEvent.Usage> usage(JsonNode usage) {
    if (!usage.isObject()) {
      return Optional.empty();
    }
    return Optional.of(
        new ChatEvent.Usage(
            tokens(usage.path("prompt_tokens")), tokens(usage.path("completion_tokens"))));
  }

  private static OptionalInt tokens(JsonNode number) {
    return number.canConvertToInt() && number.isNumber()
        ? OptionalInt.of(number.asInt())
        : OptionalInt.empty();
  }

  @Override
  public void close() {
    reply.close();
  }
}
