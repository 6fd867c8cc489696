package org.emova4j.gateway.internal.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * A body that is counted, and timed, while it is read: what its client says of it is not enough.
 */
final class BoundedInput extends FilterInputStream {
  private final long maxBytes;
  private final Duration patience;
  private final long deadline;
  private long count;

  /**
   * @param maxBytes after which it is refused
   * @param patience in which all of it must have come
   */
  BoundedInput(InputStream in, long maxBytes, Duration patience) {
    super(in);
    this.maxBytes = maxBytes;
    this.patience = patience;
    deadline = System.nanoTime() + patience.toNanos();
  }

  @Override
  public int read() throws IOException {
    int value = fromClient(super::read);
    counted(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = fromClient(() -> super.read(buffer, offset, length));
    counted(Math.max(0, n));
    return n;
  }

  private interface Reading {
    int read() throws IOException;
  }

  private static int fromClient(Reading reading) throws IOException {
    try {
      return reading.read();
    } catch (IOException e) {
      throw new ClientGoneException(e);
    }
  }

  @Override
  public long skip(long n) throws IOException {
    long skipped = super.skip(n);
    counted(skipped);
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false; // what is read twice would be counted twice
  }

  private void counted(long n) {
    count += n;
    if (count > maxBytes) {
      throw tooLarge(maxBytes);
    }
    if (System.nanoTime() > deadline) {
      throw ApiException.refused(
          408, "too_slow", "the body has not come within %d s".formatted(patience.toSeconds()));
    }
  }

  static ApiException tooLarge(long maxBytes) {
    return ApiException.refused(
        413, "too_large", "the body is longer than %d bytes".formatted(maxBytes));
  }
}
