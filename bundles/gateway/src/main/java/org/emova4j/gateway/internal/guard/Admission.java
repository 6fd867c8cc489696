package org.emova4j.gateway.internal.guard;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.emova4j.gateway.internal.GatewaySettings.Load;
import org.emova4j.gateway.internal.http.ApiException;

/**
 * So many requests compute at a time; others wait, up to a limit, and clients take turns: whoever
 * sends much waits behind himself.
 *
 * <p>Safe for concurrent use.
 */
public final class Admission {
  private static final int RETRY_SECONDS = 2;

  private final Load load;
  // Each client's requests in the order in which they came; the clients in the order of their turn.
  private final Map<String, Deque<CompletableFuture<Permit>>> waiting = new LinkedHashMap<>();
  private int running;
  private int queued;

  public Admission(Load load) {
    this.load = load;
  }

  /** The right to compute, until it is closed. */
  public final class Permit implements AutoCloseable {
    private boolean returned;

    private Permit() {}

    @Override
    public void close() {
      synchronized (Admission.this) {
        if (!returned) {
          returned = true;
          running--;
          next();
        }
      }
    }
  }

  /**
   * Waits for the client's turn.
   *
   * @throws ApiException if as many wait already as may, of all clients or of this one
   */
  public Permit enter(String client) {
    CompletableFuture<Permit> turn = new CompletableFuture<>();
    synchronized (this) {
      Deque<CompletableFuture<Permit>> own = waiting.get(client);
      int ownQueued = own == null ? 0 : own.size();
      boolean mustWait = running >= load.running() || queued > 0;
      if (mustWait && (queued >= load.queue() || ownQueued >= load.queuePerClient())) {
        throw ApiException.later(
            "queue_full",
            RETRY_SECONDS,
            queued >= load.queue()
                ? "%d requests wait already".formatted(queued)
                : "%d requests of this client wait already".formatted(ownQueued));
      }
      waiting.computeIfAbsent(client, c -> new ArrayDeque<>()).add(turn);
      queued++;
      next();
    }
    return await(turn, client);
  }

  private Permit await(CompletableFuture<Permit> turn, String client) {
    try {
      return turn.get();
    } catch (InterruptedException e) {
      withdraw(turn, client);
      Thread.currentThread().interrupt();
      throw ApiException.unavailable("stopping", "the server stops");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a turn can't fail", e);
    }
  }

  private synchronized void withdraw(CompletableFuture<Permit> turn, String client) {
    Deque<CompletableFuture<Permit>> own = waiting.get(client);
    if (own != null && own.removeIf(t -> t == turn)) {
      queued--;
      if (own.isEmpty()) {
        waiting.remove(client);
      }
    } else {
      turn.join().close(); // it had come just now
    }
  }

  /** The client whose turn it is goes to the end of the line. */
  private synchronized void next() {
    while (running < load.running() && !waiting.isEmpty()) {
      String client = waiting.keySet().iterator().next();
      Deque<CompletableFuture<Permit>> own = waiting.remove(client);
      CompletableFuture<Permit> turn = own.remove();
      if (!own.isEmpty()) {
        waiting.put(client, own);
      }
      queued--;
      running++;
      turn.complete(new Permit());
    }
  }

  /** How many compute. */
  public synchronized int running() {
    return running;
  }

  /** How many wait. */
  public synchronized int queued() {
    return queued;
  }
}
