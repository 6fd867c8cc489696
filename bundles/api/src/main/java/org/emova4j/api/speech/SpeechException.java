package org.emova4j.api.speech;

/**
 * Something went wrong that a caller can act on. The message is one sentence for people; the cause
 * is kept.
 */
public abstract sealed class SpeechException extends Exception
    permits UnsupportedAudioException,
        UnsupportedImageException,
        ModelUnavailableException,
        InferenceFailedException,
        LanguageModelException {
  private static final long serialVersionUID = 1L;

  protected SpeechException(String message, Throwable cause) {
    super(message, cause);
  }
}
