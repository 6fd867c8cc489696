package org.emova4j.llm.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow up to a limit. */
final class BoundedBytes {
  private final int limit;
  private byte[] bytes = new byte[256];
  private int length;

  BoundedBytes(int limit) {
    this.limit = limit;
  }

  /**
   * @return whether there was room for it
   */
  boolean add(byte b) {
    if (length == limit) {
      return false;
    }
    grow(length + 1);
    bytes[length++] = b;
    return true;
  }

  /** As many of these as there is room for. */
  void addSome(ByteBuffer buffer) {
    int count = Math.min(buffer.remaining(), limit - length);
    grow(length + count);
    buffer.get(bytes, length, count);
    length += count;
  }

  private void grow(int needed) {
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.min(limit, Math.max(needed, 2 * bytes.length)));
    }
  }

  boolean full() {
    return length == limit;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** As UTF-8; what is none is replaced. */
  String text() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  void clear() {
    length = 0;
  }
}
