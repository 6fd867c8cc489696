package org.emova4j.vocoder.internal;

/**
 * White noise of unit variance, nearly Gaussian (the sum of four uniform numbers), as a pure
 * function of the place: the same sound every time, wherever a piece begins.
 */
final class WhiteNoise {
  private static final long SEED = 1L << 62;
  private static final double SCALE = Math.sqrt(3) / 65536;
  private static final double MEAN = 2 * 65535;

  private WhiteNoise() {}

  /**
   * @param sample absolute index
   */
  static float at(long sample) {
    // SplitMix64 as a hash of the index
    long z = (SEED + sample) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    long sum = (z & 0xFFFF) + (z >>> 16 & 0xFFFF) + (z >>> 32 & 0xFFFF) + (z >>> 48);
    return (float) ((sum - MEAN) * SCALE);
  }
}
