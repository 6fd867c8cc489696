package org.emova4j.api.speech;

/**
 * A model, or a part that runs it, is missing, damaged, does not fit its neighbours, or is just
 * being swapped.
 */
public final class ModelUnavailableException extends SpeechException {
  private static final long serialVersionUID = 1L;

  public ModelUnavailableException(String message) {
    super(message, null);
  }

  public ModelUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
