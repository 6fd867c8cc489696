package org.emova4j.eval.metric;

import java.io.IOException;

/** A file that is no TextGrid or CTM; the message names its line and what's wrong with it. */
public final class AlignmentFormatException extends IOException {
  private static final long serialVersionUID = 1;

  AlignmentFormatException(String message) {
    super(message);
  }

  AlignmentFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
