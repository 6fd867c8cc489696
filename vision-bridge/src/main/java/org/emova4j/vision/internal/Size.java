package org.emova4j.vision.internal;

/** Of a picture, in pixels; both sides are positive. */
record Size(int width, int height) {
  Size {
    if (width <= 0 || height <= 0) {
      throw new IllegalArgumentException("size %d x %d is not positive".formatted(width, height));
    }
  }

  int longer() {
    return Math.max(width, height);
  }

  int shorter() {
    return Math.min(width, height);
  }

  long pixels() {
    return (long) width * height;
  }

  /** Of the same picture on its side. */
  Size turned() {
    return new Size(/* width= */ height, /* height= */ width);
  }

  @Override
  public String toString() {
    return width + " x " + height;
  }
}
