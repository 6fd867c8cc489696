package org.emova4j.gateway.internal.guard;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.emova4j.gateway.internal.http.ApiException;

/**
 * The requests that are under way, so that a stop can wait for them, and what became of the others.
 *
 * <p>Safe for concurrent use.
 */
public final class Requests {
  private static final String NO_ROUTE = "none";
  private static final int RETRY_SECONDS = 2;

  private final int mostPerClient;
  private final Map<String, Integer> byClient = new HashMap<>();
  private final Map<Kind, Count> counts = new TreeMap<>();
  private int running;
  private boolean stopping;

  /**
   * @param mostPerClient how many of one client may be under way
   */
  public Requests(int mostPerClient) {
    this.mostPerClient = mostPerClient;
  }

  /**
   * What is counted apart.
   *
   * @param path of the route
   * @param status of the reply
   */
  public record Kind(String path, int status) implements Comparable<Kind> {
    @Override
    public int compareTo(Kind other) {
      int byPath = path.compareTo(other.path);
      return byPath != 0 ? byPath : Integer.compare(status, other.status);
    }
  }

  /**
   * How many there were, and how long they took together.
   *
   * @param number of requests
   * @param seconds of all
   */
  public record Count(long number, double seconds) {}

  /** One that is under way, until it is closed. */
  public final class Running implements AutoCloseable {
    private final String client;
    private final long begin = System.nanoTime();
    private String path = NO_ROUTE;
    private int status = 500;

    private Running(String client) {
      this.client = client;
    }

    /** What it is for. */
    public void of(String routePath) {
      path = routePath;
    }

    /** What it was answered with. */
    public void ends(int replyStatus) {
      status = replyStatus;
    }

    @Override
    public void close() {
      double seconds = (System.nanoTime() - begin) / 1e9;
      synchronized (Requests.this) {
        running--;
        byClient.computeIfPresent(client, (c, n) -> n == 1 ? null : n - 1);
        counts.merge(
            new Kind(path, status),
            new Count(1, seconds),
            (a, b) -> new Count(a.number() + b.number(), a.seconds() + b.seconds()));
        Requests.this.notifyAll();
      }
    }
  }

  /**
   * @param client whose request it is
   * @throws ApiException if the server stops, or the client has as many under way as it may: who
   *     sends slowly must not keep everybody's threads
   */
  public synchronized Running begin(String client) {
    if (stopping) {
      throw ApiException.unavailable("stopping", "the server stops");
    }
    int own = byClient.getOrDefault(client, 0);
    if (own >= mostPerClient) {
      throw ApiException.later(
          "queue_full",
          RETRY_SECONDS,
          "%d requests of this client are under way already".formatted(own));
    }
    byClient.put(client, own + 1);
    running++;
    return new Running(client);
  }

  /** Lets nobody in any more, and waits for those who are. Returns whether all have ended. */
  public synchronized boolean stop(Duration patience) {
    stopping = true;
    long deadline = System.nanoTime() + patience.toNanos();
    while (running > 0) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /** How many are under way. */
  public synchronized int running() {
    return running;
  }

  /** All that have ended. */
  public synchronized Map<Kind, Count> counts() {
    return new TreeMap<>(counts);
  }
}
