package org.emova4j.audio.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * A stream as a channel that can go back: what was read is kept. Reads no more of the stream than
 * is asked for. Confined to one thread.
 */
final class StreamChannel implements SeekableByteChannel {
  private static final int MEMORY_LIMIT = 16 << 20;

  private final InputStream stream;
  private final long maxBytes;
  private final boolean sizeMatters;
  private final boolean owned;
  private final Spool kept = new Spool(MEMORY_LIMIT);
  private final byte[] chunk = new byte[64 << 10];
  private long position;
  private boolean ended;

  private StreamChannel(InputStream stream, long maxBytes, boolean sizeMatters, boolean owned) {
    this.stream = stream;
    this.maxBytes = maxBytes;
    this.sizeMatters = sizeMatters;
    this.owned = owned;
  }

  /**
   * Over a caller's stream, which stays open.
   *
   * @param sizeMatters whether the question for the size may read the stream to its end; if not,
   *     the size is unknown
   */
  static StreamChannel over(InputStream stream, long maxBytes, boolean sizeMatters) {
    return new StreamChannel(stream, maxBytes, sizeMatters, false);
  }

  /** As {@link #over}, but closes the stream with itself. */
  static StreamChannel owning(InputStream stream, long maxBytes, boolean sizeMatters) {
    return new StreamChannel(stream, maxBytes, sizeMatters, true);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    while (!ended && kept.size() <= position) {
      pull();
    }
    int n = kept.position(position).read(target);
    position += Math.max(0, n);
    return n;
  }

  /** {@inheritDoc} -1 if it is unknown. */
  @Override
  public long size() throws IOException {
    while (!ended && sizeMatters) {
      pull();
    }
    return ended ? kept.size() : -1;
  }

  private void pull() throws IOException {
    int n = stream.read(chunk);
    if (n < 0) {
      ended = true;
      return;
    }
    if (kept.size() + n > maxBytes) {
      throw new InputLimitException("it is longer than the limit of %d bytes".formatted(maxBytes));
    }
    ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, n);
    kept.position(kept.size());
    while (bytes.hasRemaining()) {
      kept.write(bytes);
    }
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) {
    position = newPosition;
    return this;
  }

  @Override
  public int write(ByteBuffer source) {
    throw new UnsupportedOperationException("a stream that is read");
  }

  @Override
  public SeekableByteChannel truncate(long newSize) {
    throw new UnsupportedOperationException("a stream that is read");
  }

  @Override
  public boolean isOpen() {
    return kept.isOpen();
  }

  @Override
  public void close() throws IOException {
    kept.close();
    if (owned) {
      stream.close();
    }
  }
}
