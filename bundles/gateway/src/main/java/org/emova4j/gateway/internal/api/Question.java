package org.emova4j.gateway.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.emova4j.gateway.internal.http.ApiException;

/**
 * What the messages of a chat completion say.
 *
 * @param system the system message, if there is one
 * @param turns earlier questions and answers
 * @param last the question
 */
public record Question(Optional<String> system, List<Earlier> turns, Message last) {
  private static final int MAX_MESSAGES = 200;

  /**
   * A message of the user's.
   *
   * @param text typed
   * @param image encoded
   * @param full whether all of the image is to be seen
   * @param audio encoded
   */
  public record Message(
      String text, Optional<byte[]> image, boolean full, Optional<byte[]> audio) {}

  /** A question that has been answered. */
  public record Earlier(Message question, String answer) {}

  public Question {
    turns = List.copyOf(turns);
  }

  /**
   * @throws ApiException if a message is none, or something that can't be asked
   */
  static Question of(JsonNode messages) {
    if (!messages.isArray() || messages.isEmpty()) {
      throw ApiException.missing("messages");
    }
    if (messages.size() > MAX_MESSAGES) {
      throw ApiException.invalid(
          "messages", "%d messages, the limit is %d".formatted(messages.size(), MAX_MESSAGES));
    }
    List<String> system = new ArrayList<>();
    List<Earlier> turns = new ArrayList<>();
    Optional<Message> open = Optional.empty();
    for (JsonNode message : messages) {
      String role = message.path("role").asText();
      switch (role) {
        case "system", "developer" -> system.add(message(message).text());
        case "user" -> {
          if (open.isPresent()) {
            throw ApiException.invalid("messages", "two messages of the user's follow each other");
          }
          open = Optional.of(message(message));
        }
        case "assistant" -> {
          Message question =
              open.orElseThrow(
                  () -> ApiException.invalid("messages", "an answer has no question before it"));
          turns.add(new Earlier(question, message(message).text()));
          open = Optional.empty();
        }
        default ->
            throw ApiException.invalid(
                "messages",
                "unknown role \"%s\"; known: system, developer, user, assistant".formatted(role));
      }
    }
    Message last =
        open.orElseThrow(
            () -> ApiException.invalid("messages", "the last message must be the user's"));
    Optional<String> instruction =
        system.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", system));
    return new Question(instruction, turns, last);
  }

  private static Message message(JsonNode message) {
    JsonNode content = message.path("content");
    if (content.isTextual()) {
      return new Message(content.asText(), Optional.empty(), false, Optional.empty());
    }
    StringBuilder text = new StringBuilder();
    Optional<byte[]> image = Optional.empty();
    boolean full = false;
    Optional<byte[]> audio = Optional.empty();
    for (JsonNode part : content) {
      String type = part.path("type").asText();
      switch (type) {
        case "text" -> text.append(part.path("text").asText());
        case "image_url" -> {
          image = once(image, image(part.path("image_url")), "image");
          full = part.path("image_url").path("detail").asText().equals("high");
        }
        case "input_audio" -> audio = once(audio, audio(part.path("input_audio")), "recording");
        default ->
            throw ApiException.invalid(
                "messages",
                "unknown part \"%s\"; known: text, image_url, input_audio".formatted(type));
      }
    }
    return new Message(text.toString(), image, full, audio);
  }

  private static Optional<byte[]> once(Optional<byte[]> before, byte[] found, String kind) {
    if (before.isPresent()) {
      throw ApiException.invalid("messages", "a message has two %ss; one is taken".formatted(kind));
    }
    return Optional.of(found);
  }

  /** Only what the request itself brings: no address is ever opened. */
  private static byte[] image(JsonNode image) {
    String url = image.path("url").asText();
    int comma = url.indexOf(',');
    String head = comma < 0 ? "" : url.substring(0, comma).toLowerCase(Locale.ROOT);
    if (!head.matches("data:image/[a-z0-9.+-]+;base64")) {
      throw ApiException.invalid(
          "image_url",
          "an image must be a data: URL (data:image/png;base64,...); no address is opened");
    }
    return decoded("image_url", url.substring(comma + 1));
  }

  private static byte[] audio(JsonNode audio) {
    return decoded("input_audio", audio.path("data").asText());
  }

  public static byte[] decoded(String field, String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid(field, "%s is no base64: %s".formatted(field, e.getMessage()));
    }
    if (bytes.length == 0) {
      throw ApiException.invalid(field, "%s is empty".formatted(field));
    }
    return bytes;
  }
}
