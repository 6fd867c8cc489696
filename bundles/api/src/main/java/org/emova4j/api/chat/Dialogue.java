package org.emova4j.api.chat;

import java.util.Optional;
import java.util.function.Consumer;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Language model, tokenizer, style module and vocoder composed: a question in, the answer out, as
 * text and as speech. The tokenizer and the vocoder are picked to speak the model's codebook.
 *
 * <p>Safe for concurrent use.
 */
@ProviderType
public interface Dialogue {
  /**
   * The sample rate that speech must have for this model and these parts, in hertz.
   *
   * @param model as in {@link DialogueRequest}
   * @param tokenizer id of a tokenizer; where empty, one that fits the model
   * @throws ModelUnavailableException if the model or the tokenizer is missing, or they don't fit:
   *     names both codebooks
   */
  int sampleRate(Optional<String> model, Optional<String> tokenizer) throws SpeechException;

  /**
   * Asks. Everything that can be checked is checked before anything is sent.
   *
   * @throws IllegalArgumentException if a rate differs, a style label is not of the catalogue, or
   *     the request's parts don't fit its mode
   * @throws ModelUnavailableException if a part is missing, or two don't fit: names both sides
   * @throws LanguageModelException if the model can't do what is asked, or the question doesn't fit
   *     its context: names the numbers
   * @throws SpeechException if another part fails
   */
  DialogueStream start(DialogueRequest request) throws SpeechException;

  /**
   * Asks, and waits for all of the answer.
   *
   * @param listener gets every event, on this thread
   * @throws SpeechException as {@link #start} and {@link DialogueStream#next}
   */
  default DialogueResult run(DialogueRequest request, Consumer<DialogueEvent> listener)
      throws SpeechException {
    try (DialogueStream stream = start(request)) {
      while (true) {
        DialogueEvent event = stream.next().orElseThrow();
        listener.accept(event);
        if (event instanceof DialogueEvent.Finished finished) {
          return finished.result();
        }
      }
    }
  }
}
