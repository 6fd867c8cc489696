package org.emova4j.vocoder.internal;

/** Unit ids as the networks take them: four base-eight digits, the first least significant. */
final class Codes {
  static final int DIMENSIONS = 4;
  static final int SIZE = 4096;

  private static final int LEVELS = 8;

  private Codes() {}

  /**
   * @param ids units
   * @param from first of them to take
   * @param to behind the last
   * @return values in [-1, 0.75], of shape [to - from, 4]
   */
  static float[] of(int[] ids, int from, int to) {
    float[] codes = new float[(to - from) * DIMENSIONS];
    for (int u = from; u < to; u++) {
      int rest = ids[u];
      for (int d = 0; d < DIMENSIONS; d++) {
        codes[(u - from) * DIMENSIONS + d] = (rest % LEVELS - LEVELS / 2) / (LEVELS / 2f);
        rest /= LEVELS;
      }
    }
    return codes;
  }
}
