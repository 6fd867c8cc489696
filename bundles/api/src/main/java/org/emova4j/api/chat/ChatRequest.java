package org.emova4j.api.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.api.vision.PreparedImage;

/**
 * A question to a language model. Its parts are those that its mode reads, no more and no fewer.
 *
 * @param mode what is asked
 * @param system the system message
 * @param history earlier turns, oldest first; only in {@link ChatMode#TEXT}
 * @param text what the user typed, or what is to be spoken; empty unless the mode reads text
 * @param image what the question is about; present if the mode reads an image
 * @param speech the spoken question, at least one unit; run lengths are ignored, repeats merged;
 *     present if the mode reads speech
 * @param sampling how the answer is picked
 */
public record ChatRequest(
    ChatMode mode,
    String system,
    List<Turn> history,
    String text,
    Optional<PreparedImage> image,
    Optional<UnitSequence> speech,
    Sampling sampling) {
  /** The system message that EMOVA was trained with. */
  public static final String DEFAULT_SYSTEM = "You are a helpful assistant.";

  public ChatRequest {
    requireNonNull(mode, "mode");
    requireNonNull(system, "system");
    history = List.copyOf(history);
    requireNonNull(text, "text");
    requireNonNull(image, "image");
    requireNonNull(speech, "speech");
    requireNonNull(sampling, "sampling");
    requireIff(mode, "text", mode.readsText(), !text.isBlank());
    requireIff(mode, "an image", mode.readsImage(), image.isPresent());
    requireIff(
        mode, "speech units", mode.readsSpeech(), speech.map(s -> s.length() > 0).orElse(false));
    if (mode != ChatMode.TEXT && !history.isEmpty()) {
      throw new IllegalArgumentException(
          "mode %s has no earlier turns, but history has %d".formatted(mode.id(), history.size()));
    }
    for (int i = 1; i < history.size(); i++) {
      if (history.get(i).image().isPresent()) {
        throw new IllegalArgumentException(
            "turn %d of the history has an image; only the first may".formatted(i + 1));
      }
    }
  }

  private static void requireIff(ChatMode mode, String what, boolean wanted, boolean there) {
    if (wanted != there) {
      throw new IllegalArgumentException(
          "mode %s %s %s".formatted(mode.id(), wanted ? "needs" : "does not read", what));
    }
  }

  public static ChatRequest text(String text, List<Turn> history) {
    return of(ChatMode.TEXT, history, text, Optional.empty(), Optional.empty());
  }

  public static ChatRequest imageText(PreparedImage image, String text) {
    return of(ChatMode.IMAGE_TEXT, List.of(), text, Optional.of(image), Optional.empty());
  }

  public static ChatRequest recognize(UnitSequence speech) {
    return of(ChatMode.ASR, List.of(), "", Optional.empty(), Optional.of(speech));
  }

  public static ChatRequest synthesize(String text) {
    return of(ChatMode.TTS, List.of(), text, Optional.empty(), Optional.empty());
  }

  public static ChatRequest speech(UnitSequence speech) {
    return of(ChatMode.SPEECH, List.of(), "", Optional.empty(), Optional.of(speech));
  }

  public static ChatRequest imageSpeech(PreparedImage image, UnitSequence speech) {
    return of(ChatMode.IMAGE_SPEECH, List.of(), "", Optional.of(image), Optional.of(speech));
  }

  private static ChatRequest of(
      ChatMode mode,
      List<Turn> history,
      String text,
      Optional<PreparedImage> image,
      Optional<UnitSequence> speech) {
    return new ChatRequest(mode, DEFAULT_SYSTEM, history, text, image, speech, Sampling.DEFAULT);
  }

  public ChatRequest withSystem(String message) {
    return new ChatRequest(mode, message, history, text, image, speech, sampling);
  }

  public ChatRequest withSampling(Sampling value) {
    return new ChatRequest(mode, system, history, text, image, speech, value);
  }

  /** All images in the order in which the model sees them: the history's, then the question's. */
  public List<PreparedImage> images() {
    return Stream.concat(history.stream().flatMap(t -> t.image().stream()), image.stream())
        .toList();
  }
}
