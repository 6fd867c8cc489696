package org.emova4j.vision.internal;

/**
 * How EMOVA's own demonstration shrinks a large picture before it sends it: a shorter side of at
 * most 672 and a longer side of at most 1344 pixels. Small pictures stay as they are.
 */
final class PreShrink {
  private static final int MAX_LONGER = 1344;
  private static final int MAX_SHORTER = 672;

  private PreShrink() {}

  static Size fit(Size size) {
    if (size.longer() <= MAX_LONGER) {
      return size;
    }
    double ratio = (double) size.longer() / size.shorter();
    int shorter = (int) Math.min(Math.min(MAX_LONGER / ratio, MAX_SHORTER), size.shorter());
    // An extreme ratio, which the encoder refuses anyway, would leave nothing.
    shorter = Math.max(1, shorter);
    int longer = (int) (shorter * ratio);
    return size.height() > size.width() ? new Size(shorter, longer) : new Size(longer, shorter);
  }
}
