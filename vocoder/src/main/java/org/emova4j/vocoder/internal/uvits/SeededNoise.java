package org.emova4j.vocoder.internal.uvits;

/**
 * Noise that depends on its place and a seed alone: SplitMix64 as a hash of the place, Box-Muller
 * to make its values normal.
 *
 * @param seed any; another seed is another, equally likely reading
 */
record SeededNoise(long seed) implements NoiseSource {
  private static final long FRAMES = 1L << 62;

  @Override
  public float duration(int channel, int unit) {
    return at(((long) unit << 16) + channel);
  }

  @Override
  public float frame(int frame, int channel) {
    return at(FRAMES + ((long) frame << 16) + channel);
  }

  private float at(long place) {
    long bits = hash(place ^ hash(seed));
    double radius = ((bits >>> 32) + 0.5) * 0x1p-32;
    double angle = (bits & 0xFFFF_FFFFL) * 0x1p-32;
    return (float) (Math.sqrt(-2 * Math.log(radius)) * Math.cos(2 * Math.PI * angle));
  }

  private static long hash(long place) {
    long z = (place + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
