package org.emova4j.vision.internal;

/** The eight ways in which a camera may have stored a picture, by EXIF's numbers 1 to 8. */
enum Orientation {
  UPRIGHT(false, false, false),
  MIRRORED(false, true, false),
  UPSIDE_DOWN(false, true, true),
  MIRRORED_UPSIDE_DOWN(false, false, true),
  TRANSPOSED(true, false, false),
  RIGHT_TOP(true, false, true),
  TRANSVERSED(true, true, true),
  LEFT_BOTTOM(true, true, false);

  /** The stored rows are columns of the upright picture. */
  private final boolean swapped;

  /** Along the stored rows, the upright picture runs backwards. */
  private final boolean backwardsX;

  /** Along the stored columns, the upright picture runs backwards. */
  private final boolean backwardsY;

  Orientation(boolean swapped, boolean backwardsX, boolean backwardsY) {
    this.swapped = swapped;
    this.backwardsX = backwardsX;
    this.backwardsY = backwardsY;
  }

  /** {@link #UPRIGHT} for a number that means nothing. */
  static Orientation ofExif(int number) {
    return number >= 1 && number <= 8 ? values()[number - 1] : UPRIGHT;
  }

  @SuppressWarnings("EnumOrdinal") // the constants stand in EXIF's order
  int exif() {
    return ordinal() + 1;
  }

  Size apply(Size stored) {
    return swapped ? stored.turned() : stored;
  }

  Picture apply(Picture stored) {
    if (this == UPRIGHT) {
      return stored;
    }
    byte[] in = stored.rgb();
    byte[] out = new byte[in.length];
    int width = stored.width();
    int height = stored.height();
    int outWidth = swapped ? height : width;
    int from = 0;
    for (int y = 0; y < height; y++) {
      int v = backwardsY ? height - 1 - y : y;
      for (int x = 0; x < width; x++, from += 3) {
        int u = backwardsX ? width - 1 - x : x;
        int to = 3 * (swapped ? u * outWidth + v : v * outWidth + u);
        out[to] = in[from];
        out[to + 1] = in[from + 1];
        out[to + 2] = in[from + 2];
      }
    }
    return new Picture(outWidth, swapped ? width : height, out);
  }
}
