package org.emova4j.engine.nn;

/**
 * Minimal filtering (S. Winograd, Arithmetic Complexity of Computations, 1980; for networks: arXiv
 * 1509.09308): four neighbouring results of a filter of four taps by 7 products instead of 16. The
 * rows in are spread over 7 points, there multiplied, and the products gathered. A longer kernel is
 * the sum of several such filters, each a tile later than the one before, so that they share the
 * spreading. In float32 the result is off by twice as much as that of the plain sum.
 */
final class MinimalFilter {
  /** Results of a tile, and taps of a filter. */
  static final int TILE = 4;

  /** Rows that a tile sees. */
  static final int POINTS = 2 * TILE - 1;

  /** Where polynomials are evaluated; the last of the points is at infinity. */
  private static final double[] AT = {0, 1, -1, 2, -2, 0.5};

  private MinimalFilter() {}

  /**
   * @return {@code (points, points)} in row-major order, from the rows that a tile sees
   */
  static float[] spreading() {
    float[] matrix = new float[POINTS * POINTS];
    for (int point = 0; point < POINTS; point++) {
      double[] row = productOfOthers(point);
      for (int i = 0; i < row.length; i++) {
        matrix[point * POINTS + i] = (float) row[i];
      }
    }
    return matrix;
  }

  /**
   * @return {@code (tile, points)} in row-major order, from products to results
   */
  static float[] gathering() {
    float[] matrix = new float[TILE * POINTS];
    for (int i = 0; i < TILE; i++) {
      for (int point = 0; point < AT.length; point++) {
        matrix[i * POINTS + point] = (float) Math.pow(AT[point], i);
      }
    }
    matrix[TILE * POINTS - 1] = 1;
    return matrix;
  }

  /** How many filters make up a kernel. */
  static int filters(int kernel) {
    return (kernel + TILE - 1) / TILE;
  }

  /**
   * A kernel at the points.
   *
   * @param weight {@code (out, in, kernel)} in row-major order
   * @return {@code (points * out, in, filters)} in row-major order
   */
  static float[] kernelAtPoints(float[] weight, int out, int in, int kernel) {
    int filters = filters(kernel);
    float[] result = new float[POINTS * out * in * filters];
    for (int point = 0; point < POINTS; point++) {
      double[] powers = weights(point);
      for (int pair = 0; pair < out * in; pair++) {
        for (int filter = 0; filter < filters; filter++) {
          double sum = 0;
          for (int k = filter * TILE; k < Math.min(kernel, (filter + 1) * TILE); k++) {
            sum += powers[k - filter * TILE] * weight[pair * kernel + k];
          }
          result[(point * out * in + pair) * filters + filter] = (float) sum;
        }
      }
    }
    return result;
  }

  /** What the taps of a filter count for at a point, with what Lagrange's formula divides by. */
  private static double[] weights(int point) {
    double[] weights = new double[TILE];
    if (point == AT.length) {
      weights[TILE - 1] = 1;
      return weights;
    }
    double divisor = 1;
    for (int other = 0; other < AT.length; other++) {
      divisor *= other == point ? 1 : AT[point] - AT[other];
    }
    for (int i = 0; i < TILE; i++) {
      weights[i] = Math.pow(AT[point], i) / divisor;
    }
    return weights;
  }

  /** Coefficients of the polynomial that is zero at all points but this one, lowest power first. */
  private static double[] productOfOthers(int point) {
    double[] product = new double[POINTS];
    product[0] = 1;
    for (int other = 0; other < AT.length; other++) {
      if (other == point) {
        continue;
      }
      for (int i = POINTS - 1; i >= 0; i--) {
        product[i] = (i == 0 ? 0 : product[i - 1]) - AT[other] * product[i];
      }
    }
    return product;
  }
}
