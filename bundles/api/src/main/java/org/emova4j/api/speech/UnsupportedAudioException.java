package org.emova4j.api.speech;

/**
 * A file or stream can't be read as sound, or sound can't be written as asked. Names the file and
 * the reason.
 */
public final class UnsupportedAudioException extends SpeechException {
  private static final long serialVersionUID = 1L;

  public UnsupportedAudioException(String message) {
    super(message, null);
  }

  public UnsupportedAudioException(String message, Throwable cause) {
    super(message, cause);
  }
}
