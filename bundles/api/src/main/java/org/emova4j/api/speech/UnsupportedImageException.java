package org.emova4j.api.speech;

/** A file or bytes can't be used as an image. Names the file, and the reason or limit. */
public final class UnsupportedImageException extends SpeechException {
  private static final long serialVersionUID = 1L;

  public UnsupportedImageException(String message) {
    super(message, null);
  }

  public UnsupportedImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
