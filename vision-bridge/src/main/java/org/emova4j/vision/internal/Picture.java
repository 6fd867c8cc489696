package org.emova4j.vision.internal;

import java.util.Arrays;

/**
 * Decoded pixels by rows, three bytes (red, green, blue) each. Unlike what leaves this bundle, the
 * array is shared: a step hands it to the next and forgets it.
 */
@SuppressWarnings("ArrayRecordComponent") // a hand-over, never compared
record Picture(int width, int height, byte[] rgb) {
  static final int CHANNELS = 3;

  Picture {
    if ((long) width * height * CHANNELS != rgb.length) {
      throw new IllegalArgumentException(
          "%d bytes are no picture of %d x %d pixels".formatted(rgb.length, width, height));
    }
  }

  Size size() {
    return new Size(width, height);
  }

  /** At a place on a larger white canvas, which it fits on. */
  Picture onWhite(Size canvas, int left, int top) {
    if (canvas.equals(size())) {
      return this;
    }
    byte[] out = new byte[Math.multiplyExact(Math.toIntExact(canvas.pixels()), CHANNELS)];
    Arrays.fill(out, (byte) 0xff);
    for (int y = 0; y < height; y++) {
      int to = ((top + y) * canvas.width() + left) * CHANNELS;
      System.arraycopy(rgb, y * width * CHANNELS, out, to, width * CHANNELS);
    }
    return new Picture(canvas.width(), canvas.height(), out);
  }
}
