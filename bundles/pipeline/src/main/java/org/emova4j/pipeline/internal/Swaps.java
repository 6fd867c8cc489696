package org.emova4j.pipeline.internal;

import java.time.Duration;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * What all registries of parts share: the monitor that they are changed under, so that a call can
 * wait for a change of any of them, and how long it does.
 */
final class Swaps {
  private volatile Duration patience;

  Swaps(Duration patience) {
    this.patience = patience;
  }

  Duration patience() {
    return patience;
  }

  void setPatience(Duration patience) {
    this.patience = patience;
  }

  /** When a call that begins to wait now gives up, as {@link System#nanoTime()}. */
  long deadline() {
    return System.nanoTime() + patience.toNanos();
  }

  /** Something has changed; under the monitor. */
  @SuppressWarnings("NotifyAllWithoutLock") // the callers hold it
  void changed() {
    notifyAll();
  }

  /**
   * Until something changes; under the monitor.
   *
   * @return whether there was time left
   * @throws ModelUnavailableException if the thread is interrupted
   */
  @SuppressWarnings("WaitNotInLoop") // the callers loop
  boolean await(long deadline, String what) throws ModelUnavailableException {
    long millis = (deadline - System.nanoTime() + 999_999) / 1_000_000;
    if (millis <= 0) {
      return false;
    }
    try {
      wait(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelUnavailableException("interrupted while waiting for a " + what, e);
    }
  }
}
