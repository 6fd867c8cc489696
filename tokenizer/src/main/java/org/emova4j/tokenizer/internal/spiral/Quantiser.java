package org.emova4j.tokenizer.internal.spiral;

import java.util.List;

/**
 * Finite scalar quantisation (arXiv 2309.15505) with any number of levels in each dimension, as the
 * official model was trained with it: for an even number of levels the bounds are moved by the
 * <em>tangent</em>, where the paper has the inverse hyperbolic tangent. The least significant digit
 * of a unit is the first dimension.
 */
final class Quantiser {
  private static final double MARGIN = 1e-3; // how far the bounds stay from the next level

  private final int[] levels;
  private final double[] half;
  private final double[] offset;
  private final double[] shift;
  private final int size;

  /**
   * @param levels each at least 2
   */
  Quantiser(List<Integer> levels) {
    this.levels = levels.stream().mapToInt(Integer::intValue).toArray();
    half = new double[dimensions()];
    offset = new double[dimensions()];
    shift = new double[dimensions()];
    int product = 1;
    for (int d = 0; d < dimensions(); d++) {
      int level = this.levels[d];
      half[d] = (level - 1) * (1 - MARGIN) / 2;
      offset[d] = level % 2 == 0 ? 0.5 : 0;
      shift[d] = Math.tan(offset[d] / half[d]);
      product = Math.multiplyExact(product, level);
    }
    size = product;
  }

  int dimensions() {
    return levels.length;
  }

  /** How many different units there are. */
  int size() {
    return size;
  }

  /** What is rounded: dimension d of a frame's output. */
  double bounded(float z, int d) {
    return Math.tanh(z + shift[d]) * half[d] - offset[d];
  }

  /**
   * @param z the network's output of shape [frames, dimensions]
   * @return unit of each frame
   */
  int[] units(float[] z) {
    int[] units = new int[z.length / dimensions()];
    for (int u = 0; u < units.length; u++) {
      for (int d = dimensions() - 1; d >= 0; d--) {
        int digit = (int) Math.rint(bounded(z[u * dimensions() + d], d)) + levels[d] / 2;
        units[u] = units[u] * levels[d] + digit;
      }
    }
    return units;
  }

  /** Values in [-1, 1], of shape [units, dimensions]: what networks behind the quantiser read. */
  float[] codes(int... units) {
    float[] codes = new float[units.length * dimensions()];
    for (int u = 0; u < units.length; u++) {
      int rest = units[u];
      for (int d = 0; d < dimensions(); d++) {
        int middle = levels[d] / 2;
        codes[u * dimensions() + d] = (rest % levels[d] - middle) / (float) middle;
        rest /= levels[d];
      }
    }
    return codes;
  }
}
