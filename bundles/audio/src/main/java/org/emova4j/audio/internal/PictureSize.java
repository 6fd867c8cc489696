package org.emova4j.audio.internal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Width and height of a picture file, from its header alone.
 *
 * @param width in pixels, positive
 * @param height in pixels, positive
 */
record PictureSize(int width, int height) {
  private static final long PNG = 0x89504E470D0A1A0AL;
  private static final int PNG_WIDTH_AT = 16;
  private static final int JPEG_START = 0xFFD8;

  /** Of a PNG (ISO/IEC 15948) or a JPEG (ITU-T T.81); empty for anything else. */
  static Optional<PictureSize> of(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    try {
      PictureSize size =
          bytes.getLong(0) == PNG
              ? new PictureSize(bytes.getInt(PNG_WIDTH_AT), bytes.getInt(PNG_WIDTH_AT + 4))
              : ofJpeg(bytes);
      return size.width > 0 && size.height > 0 ? Optional.of(size) : Optional.empty();
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
      return Optional.empty(); // it ends too early
    }
  }

  private static PictureSize ofJpeg(ByteBuffer bytes) {
    if ((bytes.getShort() & 0xFFFF) != JPEG_START) {
      return new PictureSize(0, 0);
    }
    while (true) {
      int marker = bytes.getShort() & 0xFFFF;
      int length = bytes.getShort() & 0xFFFF;
      // Start of a frame; among its numbers are three of other segments.
      boolean frame =
          marker >= 0xFFC0
              && marker <= 0xFFCF
              && marker != 0xFFC4
              && marker != 0xFFC8
              && marker != 0xFFCC;
      if (frame) {
        bytes.get(); // bits of a sample
        int height = bytes.getShort() & 0xFFFF;
        return new PictureSize(bytes.getShort() & 0xFFFF, height);
      }
      if (marker < 0xFF00) {
        return new PictureSize(0, 0);
      }
      bytes.position(bytes.position() + length - Short.BYTES);
    }
  }
}
