package org.emova4j.tokenizer.internal;

/**
 * Finite scalar quantisation (arXiv 2309.15505) with 8 levels in each of 4 dimensions: what the
 * network puts out, the digits that it is rounded to, and unit ids, whose least significant digit
 * is the first dimension.
 */
final class Fsq {
  static final int LEVELS = 8;
  static final int DIMENSIONS = 4;
  static final int SIZE = 4096;

  // Bounds are moved by half a step, since an even number of levels has no middle one.
  private static final double HALF = (LEVELS - 1) * (1 - 1e-3) / 2;
  private static final double SHIFT = 0.5 * Math.log((1 + 0.5 / HALF) / (1 - 0.5 / HALF));

  private Fsq() {}

  /**
   * @param z network output of shape [units, 4]
   * @return ids, of shape [units]
   */
  static int[] quantise(float[] z) {
    int[] ids = new int[z.length / DIMENSIONS];
    for (int u = 0; u < ids.length; u++) {
      for (int d = DIMENSIONS - 1; d >= 0; d--) {
        double bounded = Math.tanh(z[u * DIMENSIONS + d] + SHIFT) * HALF - 0.5;
        ids[u] = ids[u] * LEVELS + (int) Math.rint(bounded) + LEVELS / 2;
      }
    }
    return ids;
  }

  /** Values in [-1, 0.75], of shape [units, 4]: what a vocoder's network takes for each id. */
  static float[] codes(int... ids) {
    float[] codes = new float[ids.length * DIMENSIONS];
    for (int u = 0; u < ids.length; u++) {
      int rest = ids[u];
      for (int d = 0; d < DIMENSIONS; d++) {
        codes[u * DIMENSIONS + d] = (rest % LEVELS - LEVELS / 2) / (LEVELS / 2f);
        rest /= LEVELS;
      }
    }
    return codes;
  }
}
