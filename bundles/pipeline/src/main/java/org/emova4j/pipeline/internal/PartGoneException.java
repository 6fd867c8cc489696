package org.emova4j.pipeline.internal;

/** A call failed because its part went away under it; a successor can be asked. */
final class PartGoneException extends Exception {
  private static final long serialVersionUID = 1L;

  PartGoneException(String part, Throwable cause) {
    super(part + " has gone", cause);
  }
}
