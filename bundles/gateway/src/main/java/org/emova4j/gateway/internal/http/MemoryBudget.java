package org.emova4j.gateway.internal.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/** What all bodies together that are kept in memory may take, counted while they come. */
public final class MemoryBudget {
  private static final int RETRY_SECONDS = 2;

  private final AtomicLong left;

  public MemoryBudget(long bytes) {
    left = new AtomicLong(bytes);
  }

  Share share() {
    return new Share();
  }

  /** What one body takes, until it is closed. */
  final class Share implements AutoCloseable {
    private long taken;

    InputStream counted(InputStream in) {
      return new FilterInputStream(in) {
        @Override
        public int read() throws IOException {
          int value = super.read();
          take(value < 0 ? 0 : 1);
          return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
          int n = super.read(buffer, offset, length);
          take(Math.max(0, n));
          return n;
        }
      };
    }

    private void take(int n) {
      taken += n;
      if (left.addAndGet(-n) < 0) {
        throw ApiException.later(
            "queue_full", RETRY_SECONDS, "too many large requests come at the same time");
      }
    }

    @Override
    public void close() {
      left.addAndGet(taken);
      taken = 0;
    }
  }
}
