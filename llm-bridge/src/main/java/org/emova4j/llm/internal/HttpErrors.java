package org.emova4j.llm.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;

/** What servers say when they don't answer, in one sentence. */
final class HttpErrors {
  private static final int MAX_MESSAGE = 300;

  private HttpErrors() {}

  /** Whether it may go well a moment later. */
  static boolean isPassing(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
  }

  /** How long the server asks to wait, if it says so in seconds. */
  static Optional<Duration> retryAfter(HttpHeaders headers) {
    return headers
        .firstValue("Retry-After")
        .filter(value -> value.matches("\\d{1,6}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value)));
  }

  static LanguageModelException refusal(URI uri, HttpResponse<?> response, String body) {
    int status = response.statusCode();
    String said = message(body);
    String text =
        switch (status) {
          case 401, 403 -> "the server wants another key";
          case 404 -> "there is no such model or address (most base addresses end in /v1)";
          case 301, 302, 307, 308 ->
              "the server has moved to %s"
                  .formatted(
                      response.headers().firstValue("Location").map(HttpErrors::plain).orElse("?"));
          case 429 -> "the server is busy";
          default -> status >= 500 ? "the server failed" : "the server refused";
        };
    String detail = said.isEmpty() ? "" : ": " + said;
    RefusedException refused =
        new RefusedException(status, "%s: %s (HTTP %d)%s".formatted(uri, text, status, detail));
    return refused.asFailure(
        status == 400 && isTooLong(body, said) ? Reason.TOO_LONG : Reason.REFUSED);
  }

  /** In the words of llama.cpp, of OpenAI, or of vLLM. */
  private static boolean isTooLong(String body, String said) {
    JsonNode error = JsonText.tryParse(body).orElse(JsonText.object()).path("error");
    return error.path("type").asText().equals("exceed_context_size_error")
        || error.path("code").asText().equals("context_length_exceeded")
        || said.startsWith("This model's maximum context length");
  }

  /** The sentence in an error, whatever the server wraps it in. */
  static String message(String body) {
    Optional<JsonNode> json = JsonText.tryParse(body);
    if (json.isEmpty()) {
      return plain(body.replaceAll("(?s)<[^>]{0,1000}>", " "));
    }
    return message(json.get()).map(HttpErrors::plain).orElse("");
  }

  private static Optional<String> message(JsonNode json) {
    if (json.isTextual()) {
      return Optional.of(json.asText());
    }
    for (String key : new String[] {"error", "message", "detail", "msg", "text"}) {
      JsonNode inner = json.isArray() ? json.path(0).path(key) : json.path(key);
      if (!inner.isMissingNode() && !inner.isNull()) {
        Optional<String> found = message(inner);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** On one line, of bounded length, and without what a terminal would obey. */
  static String plain(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "...";
  }

  /** Carries the status along as the cause. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    RefusedException(int status, String message) {
      super(message);
      this.status = status;
    }

    LanguageModelException asFailure(Reason reason) {
      return new LanguageModelException(reason, getMessage(), this);
    }

    /** The status that made a failure; empty if none did. */
    static Optional<Integer> status(LanguageModelException failure) {
      return failure.getCause() instanceof RefusedException refused
          ? Optional.of(refused.status)
          : Optional.empty();
    }
  }
}
