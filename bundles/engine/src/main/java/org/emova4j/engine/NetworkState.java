package org.emova4j.engine;

import ai.djl.ndarray.NDManager;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * What a computation of many calls remembers from one to the next, such as the keys and values of a
 * decoder. It is gone with its {@link NetworkScope} at the latest; calls are refused from then on,
 * so nobody sees that.
 *
 * <p>Used by one thread at a time, inside {@link NetworkScope#call}.
 */
public final class NetworkState implements AutoCloseable {
  private final NetworkScope scope;
  private final NDManager manager;

  NetworkState(NetworkScope scope, NDManager manager) {
    this.scope = scope;
    this.manager = manager;
  }

  /** Owns the arrays that are kept. */
  public NDManager manager() {
    return manager;
  }

  /** Frees. Not inside a call that uses it. */
  @Override
  public void close() {
    try {
      scope.locked(manager::close);
    } catch (ModelUnavailableException e) {
      // The scope is closed and frees this with itself.
    }
  }
}
