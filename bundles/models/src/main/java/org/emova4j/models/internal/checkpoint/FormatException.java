package org.emova4j.models.internal.checkpoint;

/** What is wrong with a file, in one sentence; whoever opened the file adds its name. */
final class FormatException extends Exception {
  private static final long serialVersionUID = 1L;

  FormatException(String message) {
    super(message);
  }

  FormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
