package org.emova4j.runtime.cli;

/** The command could not do what it was asked: exit code 1. The message is one sentence. */
final class FailedException extends Exception {
  private static final long serialVersionUID = 1L;

  FailedException(String message) {
    super(message);
  }
}
