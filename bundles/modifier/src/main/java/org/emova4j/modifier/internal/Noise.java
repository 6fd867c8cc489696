package org.emova4j.modifier.internal;

/** Nearly normal random numbers of unit variance, each a pure function of its index. */
final class Noise {
  private static final double SCALE = Math.sqrt(3) / 65536;
  private static final double MEAN = 2 * 65535;

  private Noise() {}

  static double at(long index) {
    // SplitMix64 as a hash of the index; the sum of four uniform numbers is nearly normal
    long z = (index + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    long sum = (z & 0xFFFF) + (z >>> 16 & 0xFFFF) + (z >>> 32 & 0xFFFF) + (z >>> 48);
    return (sum - MEAN) * SCALE;
  }
}
