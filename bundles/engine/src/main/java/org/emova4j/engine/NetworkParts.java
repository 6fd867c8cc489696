package org.emova4j.engine;

import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;

/**
 * The layers of one network, read from its scope once: when the network is made, or when it is
 * first needed. Safe for concurrent use.
 *
 * @param <P> what holds them
 */
public final class NetworkParts<P> {
  /** Reads and checks all weights of a network. */
  @FunctionalInterface
  public interface Reader<P> {
    P read() throws SpeechException;
  }

  private final NetworkScope scope;
  private Reader<P> reader; // null once it has read
  private SpeechException failure; // of the reader
  private volatile P parts;

  NetworkParts(NetworkScope scope, Reader<P> reader) {
    this.scope = scope;
    this.reader = reader;
  }

  /**
   * What was read, or is read now. Not from within {@link NetworkScope#call}.
   *
   * @throws ModelUnavailableException if the scope is closed
   * @throws SpeechException as the reader throws it; again at each call, since the scope is closed
   *     then
   */
  public P get() throws SpeechException {
    P known = parts;
    return known != null ? known : read();
  }

  private synchronized P read() throws SpeechException {
    if (failure != null) {
      throw new ModelUnavailableException(failure.getMessage(), failure);
    }
    if (parts == null) {
      boolean complete = false;
      try {
        P made = reader.read();
        scope.freeze();
        parts = made;
        reader = null;
        complete = true;
      } catch (SpeechException e) {
        failure = e;
        throw e;
      } finally {
        if (!complete) {
          scope.close();
        }
      }
    }
    return parts;
  }
}
