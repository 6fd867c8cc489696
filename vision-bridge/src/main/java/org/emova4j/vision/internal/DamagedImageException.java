package org.emova4j.vision.internal;

/**
 * A picture's bytes are not what they should be, or over a limit. The message says what, and
 * becomes part of one that names the file: "it ...".
 */
final class DamagedImageException extends Exception {
  private static final long serialVersionUID = 1L;

  DamagedImageException(String message) {
    super(message);
  }

  DamagedImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
