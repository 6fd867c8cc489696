package org.emova4j.api.vision;

import org.emova4j.api.speech.SpeechException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Turns an image into what a language model of the same family reads in place of an image token:
 * encoder and projector together. Safe for concurrent use.
 */
@ProviderType
public interface VisionEncoder {
  /** The width of the language model's embeddings. */
  int hiddenSize();

  /**
   * @return one row of {@link #hiddenSize()} values for each of {@link PreparedImage#tokens()}
   * @throws SpeechException if a network fails, or is just going away
   */
  VisualTokens encode(PreparedImage image) throws SpeechException;
}
