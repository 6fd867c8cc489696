package org.emova4j.api.speech;

/** A network failed while it ran. */
public final class InferenceFailedException extends SpeechException {
  private static final long serialVersionUID = 1L;

  public InferenceFailedException(String message) {
    super(message, null);
  }

  public InferenceFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
