package org.emova4j.models.internal.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle, one after the other, out of a bounded stretch of a file. */
final class PickleInput {
  static final int MAX_STRING_BYTES = 4 << 20;
  private static final int MAX_LINE_BYTES = 256;
  private static final int CHUNK_BYTES = 1 << 16;

  private final FileBytes file;
  private final long end;
  private long next; // the first byte that is not in the chunk
  private ByteBuffer chunk = ByteBuffer.allocate(0);

  /**
   * @param at where to begin
   * @param end where the pickles must have ended
   */
  PickleInput(FileBytes file, long at, long end) {
    this.file = file;
    this.next = at;
    this.end = end;
  }

  /** Where in the file the next byte lies. */
  long position() {
    return next - chunk.remaining();
  }

  int u1() throws IOException, FormatException {
    return need(1).get() & 0xff;
  }

  int u2() throws IOException, FormatException {
    return need(2).getShort() & 0xffff;
  }

  int i4() throws IOException, FormatException {
    return need(4).getInt();
  }

  long i8() throws IOException, FormatException {
    return need(8).getLong();
  }

  /** Big endian, as pickles have it. */
  double f8() throws IOException, FormatException {
    return Double.longBitsToDouble(Long.reverseBytes(i8()));
  }

  byte[] bytes(long count) throws IOException, FormatException {
    if (count < 0 || count > MAX_STRING_BYTES) {
      throw new FormatException(
          "its pickle has a string of %s bytes, the limit is %d"
              .formatted(Long.toUnsignedString(count), MAX_STRING_BYTES));
    }
    if (count > end - position()) {
      throw cutShort();
    }
    byte[] result = new byte[(int) count];
    int done = 0;
    while (done < result.length) {
      ByteBuffer some = need(1);
      int n = Math.min(some.remaining(), result.length - done);
      some.get(result, done, n);
      done += n;
    }
    return result;
  }

  String utf8(long count) throws IOException, FormatException {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(count)));
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new FormatException("its pickle has a string that is not UTF-8", e);
    }
  }

  /** Up to a line feed, which is not part of it. */
  String line() throws IOException, FormatException {
    StringBuilder line = new StringBuilder();
    for (int c = u1(); c != '\n'; c = u1()) {
      if (line.length() == MAX_LINE_BYTES) {
        throw new FormatException(
            "its pickle has a name of more than %d bytes".formatted(MAX_LINE_BYTES));
      }
      line.append((char) c);
    }
    return line.toString();
  }

  /** A buffer with at least so many bytes, which are at most eight. */
  private ByteBuffer need(int count) throws IOException, FormatException {
    if (chunk.remaining() < count) {
      long at = position();
      if (count > end - at) {
        throw cutShort();
      }
      int length = (int) Math.min(CHUNK_BYTES, end - at);
      chunk = file.read(at, length);
      next = at + length;
    }
    return chunk;
  }

  private static FormatException cutShort() {
    return new FormatException("its pickle is damaged or cut short: it has no end");
  }
}
