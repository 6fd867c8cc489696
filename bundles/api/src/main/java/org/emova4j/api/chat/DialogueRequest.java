package org.emova4j.api.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.style.Style;
import org.emova4j.api.vision.PreparedImage;

/**
 * A question of any kind, and how its answer is to sound.
 *
 * @param mode what is asked; as for a {@link ChatRequest}, it settles which of text, image and
 *     speech must be there
 * @param text what the user typed, or what is to be spoken
 * @param image what the question is about
 * @param speech the spoken question, at {@link Dialogue#sampleRate}
 * @param history earlier turns; only in {@link ChatMode#TEXT}
 * @param system the system message
 * @param sampling how the answer is picked
 * @param style the voice, and what overrides the labels that the model chose
 * @param model {@link org.emova4j.api.ServiceProperties#ID} or {@code MODEL} of a {@link
 *     LanguageModel}; the best-ranked one where empty
 * @param parts which tokenizer, style module and vocoder; where empty, those that fit the model
 * @param delivery when sound comes
 * @param secondCall whether an answer that should have held speech but holds only text is sent back
 *     to be spoken
 */
public record DialogueRequest(
    ChatMode mode,
    String text,
    Optional<PreparedImage> image,
    Optional<Audio> speech,
    List<Turn> history,
    String system,
    Sampling sampling,
    Style style,
    Optional<String> model,
    Parts parts,
    Delivery delivery,
    boolean secondCall) {
  /** When sound comes. */
  public enum Delivery {
    /** A piece at each pause, while the model still writes. */
    AT_PAUSES,
    /** All in one piece, when the answer is complete: the melody spans it all. */
    WHOLE
  }

  public DialogueRequest {
    requireNonNull(mode, "mode");
    requireNonNull(text, "text");
    requireNonNull(image, "image");
    requireNonNull(speech, "speech");
    history = List.copyOf(history);
    requireNonNull(system, "system");
    requireNonNull(sampling, "sampling");
    requireNonNull(style, "style");
    requireNonNull(model, "model");
    requireNonNull(parts, "parts");
    requireNonNull(delivery, "delivery");
    if (mode.readsSpeech() != speech.isPresent()) {
      throw new IllegalArgumentException(
          "mode %s %s speech".formatted(mode.id(), speech.isPresent() ? "does not read" : "needs"));
    }
  }

  /** With all defaults: the best-ranked model, the model's own style, sound at pauses. */
  public static DialogueRequest of(
      ChatMode mode, String text, Optional<PreparedImage> image, Optional<Audio> speech) {
    return new DialogueRequest(
        mode,
        text,
        image,
        speech,
        List.of(),
        ChatRequest.DEFAULT_SYSTEM,
        Sampling.DEFAULT,
        Style.DEFAULT,
        Optional.empty(),
        Parts.ANY,
        Delivery.AT_PAUSES,
        true);
  }
}
