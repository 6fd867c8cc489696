package org.emova4j.api.chat;

import java.util.Optional;
import java.util.Set;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.unit.Codebook;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A language model that may read and write speech units and read images. Its service properties are
 * {@link org.emova4j.api.ServiceProperties#ID}, {@code MODEL}, {@code ARCHITECTURE} (the kind of
 * back end) and, where it knows speech, {@code CODEBOOK}.
 *
 * <p>Safe for concurrent use.
 */
@ProviderType
public interface LanguageModel {
  /** The codebook of the units that it reads and writes; empty if it was set up without speech. */
  Optional<Codebook> codebook();

  /**
   * What it can do. For a remote model this may ask the server, once, and so take as long as its
   * time-outs allow.
   *
   * @throws LanguageModelException if a server doesn't answer
   */
  Capabilities capabilities() throws SpeechException;

  /**
   * How much of the context a question takes, without sending it.
   *
   * @throws SpeechException if it can't be found out
   */
  TokenCount count(ChatRequest request) throws SpeechException;

  /**
   * Asks. Returns as soon as the question is on its way; the stream brings the answer.
   *
   * @throws IllegalArgumentException if the units are of another codebook: names both
   * @throws LanguageModelException if the model can't do what is asked, doesn't fit it in its
   *     context, or can't be reached
   * @throws SpeechException if an in-process model fails
   */
  ChatStream ask(ChatRequest request) throws SpeechException;

  /**
   * What a model can do.
   *
   * @param modes what may be asked
   * @param contextTokens question and answer together, in tokens
   * @param note what was found out about the server, one sentence for people; empty if nothing
   */
  record Capabilities(Set<ChatMode> modes, int contextTokens, String note) {
    public Capabilities {
      modes = Set.copyOf(modes);
      if (contextTokens < 1) {
        throw new IllegalArgumentException(
            "contextTokens %d is not positive".formatted(contextTokens));
      }
      if (note == null) {
        throw new IllegalArgumentException("note is null");
      }
    }
  }

  /**
   * Tokens of a question.
   *
   * @param text with instructions and envelope
   * @param units of speech, one token each
   * @param image of all images, always exact
   * @param exact whether {@code text} was counted by the model's tokenizer, or estimated
   */
  record TokenCount(int text, int units, int image, boolean exact) {
    public int total() {
      return text + units + image;
    }
  }
}
