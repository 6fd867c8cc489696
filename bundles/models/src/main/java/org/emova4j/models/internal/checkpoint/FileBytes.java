package org.emova4j.models.internal.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file, read at any place; nothing is read beyond its end. Little endian. */
final class FileBytes implements AutoCloseable {
  private static final int PIECE_BYTES = 1 << 18;

  private final FileChannel channel;
  private final long size;

  FileBytes(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.READ);
    size = channel.size();
  }

  long size() {
    return size;
  }

  /** A new buffer of exactly this many bytes. */
  ByteBuffer read(long at, int length) throws IOException, FormatException {
    requireInside(at, length);
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    fill(at, buffer);
    return buffer;
  }

  /** Fills what remains of a buffer, and flips it. */
  void fill(long at, ByteBuffer to) throws IOException, FormatException {
    requireInside(at, to.remaining());
    int end = to.limit();
    long position = at;
    while (to.position() < end) {
      // In small pieces: Java copies through memory of its own, as much as is asked for at once.
      to.limit(Math.min(end, to.position() + PIECE_BYTES));
      int n = channel.read(to, position);
      if (n < 0) {
        throw new FormatException(
            "it ends at byte %d, it was longer when it was opened".formatted(position));
      }
      position += n;
    }
    to.flip();
  }

  /**
   * @throws FormatException if a range is not inside the file
   */
  void requireInside(long at, long length) throws FormatException {
    if (at < 0 || length < 0 || at > size || length > size - at) {
      throw new FormatException(
          "it is damaged or cut short: %d bytes are wanted at %d, it has %d"
              .formatted(length, at, size));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
