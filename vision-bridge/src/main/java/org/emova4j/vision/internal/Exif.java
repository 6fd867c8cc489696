package org.emova4j.vision.internal;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

/** The one thing of EXIF that matters here: which way up. Garbage in it is no reason to refuse. */
final class Exif {
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int ENTRY_BYTES = 12;

  private Exif() {}

  /**
   * @param tiff from the byte order mark on
   */
  static Orientation orientation(ImageBytes tiff) {
    try {
      boolean big = tiff.has(0, "MM\0*");
      if (!big && !tiff.has(0, "II*\0")) {
        return Orientation.UPRIGHT;
      }
      ImageBytes in = tiff.order(big ? BIG_ENDIAN : LITTLE_ENDIAN);
      long directory = in.u32(4);
      int entries = in.u16(directory);
      for (int i = 0; i < entries; i++) {
        long entry = directory + 2 + (long) i * ENTRY_BYTES;
        if (in.u16(entry) == ORIENTATION) {
          return in.u16(entry + 2) == SHORT
              ? Orientation.ofExif(in.u16(entry + 8))
              : Orientation.UPRIGHT;
        }
      }
    } catch (DamagedImageException e) {
      return Orientation.UPRIGHT;
    }
    return Orientation.UPRIGHT;
  }
}
