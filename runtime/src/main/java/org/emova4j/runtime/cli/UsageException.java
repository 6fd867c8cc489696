package org.emova4j.runtime.cli;

/** The command was called wrongly: exit code 2. The message is one sentence for people. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }

  UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
