package org.emova4j.models.internal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;

/**
 * The unpacked stream between decompressor and tar reader: counts bytes, and stops as soon as they
 * are more than is allowed at this point, in total, or for so few packed ones.
 */
final class BoundedStream extends FilterInputStream {
  /** A limit is exceeded. */
  static final class LimitException extends IOException {
    private static final long serialVersionUID = 1L;

    LimitException(String message) {
      super(message);
    }
  }

  private final Limits limits;
  private final LongSupplier packed;
  private long total;
  private long allowance;

  /**
   * @param packed how many packed bytes have been read so far
   */
  BoundedStream(InputStream in, Limits limits, LongSupplier packed) {
    super(in);
    this.limits = limits;
    this.packed = packed;
  }

  /** How many bytes may be read until the next call of this. */
  void allow(long bytes) {
    allowance = bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length > 0 && allowance <= 0) {
      throw new LimitException(
          "a tar header is longer than %d bytes".formatted(Limits.HEADER_BYTES));
    }
    int n = super.read(buffer, offset, (int) Math.min(length, allowance));
    if (n > 0) {
      count(n);
    }
    return n;
  }

  @Override
  public long skip(long bytes) throws IOException {
    byte[] buffer = new byte[(int) Math.min(Math.max(bytes, 0), 1 << 13)];
    long skipped = 0;
    while (skipped < bytes) {
      int n = read(buffer, 0, (int) Math.min(buffer.length, bytes - skipped));
      if (n < 0) {
        break;
      }
      skipped += n;
    }
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(int n) throws LimitException {
    total += n;
    allowance -= n;
    // Beside the files there are headers and padding.
    long most = limits.bytes() + (long) limits.entries() * Limits.HEADER_BYTES;
    if (total > most) {
      throw new LimitException("it unpacks to more than %d bytes".formatted(limits.bytes()));
    }
    if (total > Limits.RATIO_FREE_BYTES && total / limits.ratio() > packed.getAsLong()) {
      throw new LimitException(
          "it unpacks to more than %d times its size".formatted(limits.ratio()));
    }
  }
}
