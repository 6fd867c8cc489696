package org.emova4j.gateway.internal.guard;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.emova4j.gateway.internal.http.ApiException;

/**
 * So many requests a minute for each client, a minute's worth of them at once (a token bucket).
 *
 * <p>Safe for concurrent use.
 */
public final class RateLimit {
  private static final double NANOS_PER_MINUTE = 60e9;
  private static final int MAX_CLIENTS = 10_000;

  private final int perMinute;
  private final LongSupplier clock;
  // Whoever was seen longest ago is forgotten first, and his bucket is the fullest.
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MAX_CLIENTS;
        }
      };

  private static final class Bucket {
    double left;
    long seen;
  }

  /**
   * @param clock nanoseconds, of any origin
   */
  public RateLimit(int perMinute, LongSupplier clock) {
    this.perMinute = perMinute;
    this.clock = clock;
  }

  /**
   * @throws ApiException if the client has had its share; says when it is worth trying again
   */
  public synchronized void take(String client) {
    long now = clock.getAsLong();
    Bucket bucket = buckets.get(client);
    if (bucket == null) {
      bucket = new Bucket();
      bucket.left = perMinute;
      buckets.put(client, bucket);
    } else {
      double refill = (now - bucket.seen) / NANOS_PER_MINUTE * perMinute;
      bucket.left = Math.min(perMinute, bucket.left + refill);
    }
    bucket.seen = now;
    if (bucket.left < 1) {
      int seconds = (int) Math.ceil((1 - bucket.left) * 60 / perMinute);
      throw ApiException.later(
          "too_many_requests",
          Math.max(1, seconds),
          "more than %d requests a minute".formatted(perMinute));
    }
    bucket.left--;
  }
}
