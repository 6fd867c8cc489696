package org.emova4j.vision.internal;

/**
 * A picture's file whose header was read: what will come out of it is known before it is decoded.
 */
interface ImageFile {
  /** In lower case, e.g. {@code jpeg}. */
  String format();

  /** As stored; turning it upright is its reader's part. */
  Size size();

  default Orientation orientation() {
    return Orientation.UPRIGHT;
  }

  /**
   * The pixels as stored, with what is transparent over white; embedded colour profiles don't
   * count.
   */
  Picture decode() throws DamagedImageException;

  /** A size from a header. */
  static Size size(String format, long width, long height) throws DamagedImageException {
    if (width <= 0 || height <= 0 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw new DamagedImageException(
          "states a size of %d x %d pixels, which no %s picture has"
              .formatted(width, height, format));
    }
    return new Size((int) width, (int) height);
  }
}
