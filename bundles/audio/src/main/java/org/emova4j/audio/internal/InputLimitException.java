package org.emova4j.audio.internal;

import java.io.IOException;

/** An input is over a limit: of bytes, of duration, or of patience. The message says which. */
final class InputLimitException extends IOException {
  private static final long serialVersionUID = 1L;

  InputLimitException(String message) {
    super(message);
  }
}
