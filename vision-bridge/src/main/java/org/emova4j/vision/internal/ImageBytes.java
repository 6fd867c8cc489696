package org.emova4j.vision.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes of a file, or a part of it, read by position: what lies outside is damage, no crash. */
final class ImageBytes {
  private final byte[] bytes;
  private final int start;
  private final int length;
  private final ByteOrder order;

  private ImageBytes(byte[] bytes, int start, int length, ByteOrder order) {
    this.bytes = bytes;
    this.start = start;
    this.length = length;
    this.order = order;
  }

  static ImageBytes of(byte[] bytes, ByteOrder order) {
    return new ImageBytes(bytes, 0, bytes.length, order);
  }

  int length() {
    return length;
  }

  ImageBytes order(ByteOrder other) {
    return new ImageBytes(bytes, start, length, other);
  }

  ImageBytes part(long at, long size) throws DamagedImageException {
    require(at, size);
    return new ImageBytes(bytes, start + (int) at, (int) size, order);
  }

  int u8(long at) throws DamagedImageException {
    require(at, 1);
    return bytes[start + (int) at] & 0xff;
  }

  int u16(long at) throws DamagedImageException {
    int a = u8(at);
    int b = u8(at + 1);
    return order == ByteOrder.BIG_ENDIAN ? a << 8 | b : b << 8 | a;
  }

  int u24(long at) throws DamagedImageException {
    return order == ByteOrder.BIG_ENDIAN
        ? u8(at) << 16 | u8(at + 1) << 8 | u8(at + 2)
        : u8(at) | u8(at + 1) << 8 | u8(at + 2) << 16;
  }

  /** Unsigned. */
  long u32(long at) throws DamagedImageException {
    long a = u16(at);
    long b = u16(at + 2);
    return order == ByteOrder.BIG_ENDIAN ? a << 16 | b : b << 16 | a;
  }

  int i32(long at) throws DamagedImageException {
    return (int) u32(at);
  }

  /** Whether these Latin-1 characters stand there. */
  boolean has(long at, String text) {
    return at >= 0
        && at + text.length() <= length
        && Arrays.equals(
            bytes,
            start + (int) at,
            start + (int) at + text.length(),
            text.getBytes(ISO_8859_1),
            0,
            text.length());
  }

  String text(long at, int size) throws DamagedImageException {
    require(at, size);
    return new String(bytes, start + (int) at, size, ISO_8859_1);
  }

  byte[] copy() {
    return Arrays.copyOfRange(bytes, start, start + length);
  }

  private void require(long at, long size) throws DamagedImageException {
    if (at < 0 || size < 0 || at > length - size) {
      throw new DamagedImageException(
          "is cut short: byte %d is needed, and there are %d"
              .formatted(start + at + size, start + length));
    }
  }
}
