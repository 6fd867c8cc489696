package org.emova4j.api.speech;

import static java.util.Objects.requireNonNull;

/** A language model, or the server that runs it, did not answer as it should. */
public final class LanguageModelException extends SpeechException {
  private static final long serialVersionUID = 1L;

  /** What a caller may do about it. */
  public enum Reason {
    /** No connection: try later, or another server. */
    UNREACHABLE,
    /** The server refused: the request, the model's name or the key must change. */
    REFUSED,
    /** It took longer than a time-out allows. */
    TIMEOUT,
    /** What came is no answer, or breaks off. */
    BROKEN,
    /** The question does not fit the model's context; it was not sent, or the server says so. */
    TOO_LONG,
    /** The model can't do what was asked; it was not sent. */
    UNSUPPORTED
  }

  private final Reason reason;

  public LanguageModelException(Reason reason, String message) {
    this(reason, message, null);
  }

  public LanguageModelException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = requireNonNull(reason, "reason");
  }

  public Reason reason() {
    return reason;
  }
}
