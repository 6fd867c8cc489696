package org.emova4j.models.internal;

/**
 * How much an archive may unpack.
 *
 * @param entries files and folders
 * @param bytes of all files together
 * @param ratio of unpacked to packed bytes
 */
record Limits(int entries, long bytes, int ratio) {
  static final int DEFAULT_GIGABYTES = 8;
  static final int DEFAULT_RATIO = 200;
  static final int ENTRIES = 1000;

  /** A manifest is read as a whole. */
  static final int MANIFEST_BYTES = 1 << 20;

  /** What tar may need for one header with its extensions. */
  static final int HEADER_BYTES = 1 << 16;

  /** Below this, a ratio says nothing: a little text compresses well. */
  static final long RATIO_FREE_BYTES = 1 << 20;

  Limits {
    if (entries < 1 || bytes < 1 || ratio < 1) {
      throw new IllegalArgumentException(
          "limits of %d entries, %d bytes, ratio %d: each must be at least 1"
              .formatted(entries, bytes, ratio));
    }
  }

  static Limits of(int gigabytes, int ratio) {
    if (gigabytes < 1 || gigabytes > 1024) {
      throw new IllegalArgumentException(
          "max.gigabytes is %d, must be from 1 to 1024".formatted(gigabytes));
    }
    if (ratio < 1 || ratio > 10_000) {
      throw new IllegalArgumentException(
          "max.ratio is %d, must be from 1 to 10000".formatted(ratio));
    }
    return new Limits(ENTRIES, (long) gigabytes << 30, ratio);
  }
}
