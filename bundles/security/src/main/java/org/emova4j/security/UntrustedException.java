package org.emova4j.security;

import java.security.GeneralSecurityException;

/** Something isn't signed, was changed, or is signed by somebody else. The message says which. */
public final class UntrustedException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  UntrustedException(String message) {
    super(message);
  }

  UntrustedException(String message, Throwable cause) {
    super(message, cause);
  }
}
