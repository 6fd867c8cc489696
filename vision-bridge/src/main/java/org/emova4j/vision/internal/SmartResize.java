package org.emova4j.vision.internal;

/**
 * The size at which EMOVA's vision encoder (Qwen2-VL's, at native resolution) sees a picture: both
 * sides multiples of 28, the ratio kept as nearly as that allows, and 4 to 4096 tokens of 28 x 28
 * pixels. To the pixel what the reference computes, its rounding of halves to even included.
 */
final class SmartResize {
  /** Two patches of 14 pixels, which the encoder merges to one token. */
  static final int FACTOR = 28;

  static final int MIN_PIXELS = 4 * FACTOR * FACTOR;
  static final int MAX_PIXELS = 4096 * FACTOR * FACTOR;

  /** Longer side to shorter side. */
  static final int MAX_ASPECT = 200;

  private SmartResize() {}

  static boolean accepts(Size size) {
    return (long) size.longer() <= (long) size.shorter() * MAX_ASPECT;
  }

  /**
   * @throws IllegalArgumentException if one side is more than {@value #MAX_ASPECT} times the other
   */
  static Size fit(Size size) {
    if (!accepts(size)) {
      throw new IllegalArgumentException("size %s has sides over 1:%d".formatted(size, MAX_ASPECT));
    }
    double height = size.height();
    double width = size.width();
    if (size.shorter() < FACTOR) {
      double longer = Math.rint((double) size.longer() / size.shorter() * FACTOR);
      boolean tall = size.height() > size.width();
      height = tall ? longer : FACTOR;
      width = tall ? FACTOR : longer;
    }
    double fitHeight = Math.rint(height / FACTOR) * FACTOR;
    double fitWidth = Math.rint(width / FACTOR) * FACTOR;
    if (fitHeight * fitWidth > MAX_PIXELS) {
      double shrink = Math.sqrt(height * width / MAX_PIXELS);
      fitHeight = Math.floor(height / shrink / FACTOR) * FACTOR;
      fitWidth = Math.floor(width / shrink / FACTOR) * FACTOR;
    } else if (fitHeight * fitWidth < MIN_PIXELS) {
      double grow = Math.sqrt(MIN_PIXELS / (height * width));
      fitHeight = Math.ceil(height * grow / FACTOR) * FACTOR;
      fitWidth = Math.ceil(width * grow / FACTOR) * FACTOR;
    }
    return new Size((int) fitWidth, (int) fitHeight);
  }

  /** Tokens of a size that {@link #fit} returned. */
  static int tokens(Size fitted) {
    return fitted.width() / FACTOR * (fitted.height() / FACTOR);
  }
}
