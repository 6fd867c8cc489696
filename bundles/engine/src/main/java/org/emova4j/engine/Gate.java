package org.emova4j.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * Lets calls through until it is closed. Freeing a tensor under a running operator ends the JVM, so
 * memory is freed by the closer once nobody is inside, or else by the last one out.
 */
final class Gate {
  private final String name;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final AtomicReference<Runnable> abandoned = new AtomicReference<>();
  private volatile boolean closed;

  /**
   * @param name what is behind it, as messages name it
   */
  Gate(String name) {
    this.name = name;
  }

  /** Every enter is followed by one {@link #leave} on the same thread. Calls may nest. */
  void enter() throws ModelUnavailableException {
    boolean nested = lock.getReadHoldCount() > 0;
    if (nested) {
      lock.readLock().lock();
      return;
    }
    // No waiting: whoever holds the write lock is closing.
    if (closed || !lock.readLock().tryLock()) {
      throw refusal();
    }
    if (closed) {
      leave();
      throw refusal();
    }
  }

  void leave() {
    lock.readLock().unlock();
    if (abandoned.get() != null && lock.getReadHoldCount() == 0) {
      freeIfEmpty();
    }
  }

  boolean isClosed() {
    return closed;
  }

  /**
   * Refuses new calls at once, waits for running ones, then frees.
   *
   * @param free runs at most once, when nobody is inside
   * @return false if calls still ran after the time-out; then the last of them frees
   * @throws IllegalStateException if the calling thread is inside itself
   */
  boolean close(Duration timeout, Runnable free) {
    if (lock.getReadHoldCount() > 0) {
      throw new IllegalStateException(name + " can't be closed by a call that it runs");
    }
    synchronized (this) {
      if (closed) {
        return true;
      }
      closed = true;
    }
    abandoned.set(free);
    boolean empty = false;
    try {
      empty = lock.writeLock().tryLock(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (empty) {
      try {
        runOnce();
      } finally {
        lock.writeLock().unlock();
      }
      return true;
    }
    return freeIfEmpty();
  }

  private boolean freeIfEmpty() {
    if (!lock.writeLock().tryLock()) {
      return false;
    }
    try {
      runOnce();
      return true;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void runOnce() {
    Runnable free = abandoned.getAndSet(null);
    if (free != null) {
      free.run();
    }
  }

  private ModelUnavailableException refusal() {
    return new ModelUnavailableException(name + " is closed");
  }
}
