package org.emova4j.vocoder.internal.uvits;

/**
 * A monotonic function of pieces that are ratios of quadratics (Neural Spline Flows, arXiv
 * 1906.04032), inverted. Inside [-5, 5] it is given by the widths and heights of ten bins and the
 * derivatives between them, outside it is the identity.
 */
final class RationalQuadraticSpline {
  static final int BINS = 10;

  /** Numbers that describe one function: widths, heights, inner derivatives, before activation. */
  static final int PARAMETERS = 3 * BINS - 1;

  private static final float BOUND = 5;
  private static final float LEAST_SIZE = 1e-3f; // of a bin, as a part of all
  private static final float LEAST_DERIVATIVE = 1e-3f;

  private RationalQuadraticSpline() {}

  /**
   * @param y a value of the function
   * @param parameters at {@code offset}: 10 logits of widths, 10 of heights, 9 of derivatives
   * @param scale factor of the logits of widths and heights
   * @return where the function has that value; NaN if y is
   */
  static float inverse(float y, float[] parameters, int offset, float scale) {
    if (!(y >= -BOUND && y <= BOUND)) {
      return y;
    }
    float[] xs = knots(parameters, offset, scale);
    float[] ys = knots(parameters, offset + BINS, scale);
    int bin = 0;
    while (bin < BINS - 1 && y >= ys[bin + 1]) {
      bin++;
    }
    float width = xs[bin + 1] - xs[bin];
    float height = ys[bin + 1] - ys[bin];
    float left = derivative(parameters, offset, bin);
    float right = derivative(parameters, offset, bin + 1);
    float slope = height / width;
    float rise = y - ys[bin];
    float bend = left + right - 2 * slope;
    float a = rise * bend + height * (slope - left);
    float b = height * left - rise * bend;
    float c = -slope * rise;
    // negative by rounding alone
    float discriminant = Math.max(0, b * b - 4 * a * c);
    float root = 2 * c / (-b - (float) Math.sqrt(discriminant));
    return root * width + xs[bin];
  }

  /** Ends of bins whose sizes are a softmax, kept from vanishing. */
  private static float[] knots(float[] logits, int offset, float scale) {
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < BINS; i++) {
      most = Math.max(most, logits[offset + i] * scale);
    }
    float[] sizes = new float[BINS];
    float sum = 0;
    for (int i = 0; i < BINS; i++) {
      sizes[i] = (float) Math.exp(logits[offset + i] * scale - most);
      sum += sizes[i];
    }
    float[] knots = new float[BINS + 1];
    double reached = 0;
    for (int i = 0; i < BINS; i++) {
      reached += LEAST_SIZE + (1 - BINS * LEAST_SIZE) * sizes[i] / sum;
      knots[i + 1] = (float) (2 * BOUND * reached - BOUND);
    }
    knots[0] = -BOUND;
    knots[BINS] = BOUND;
    return knots;
  }

  /** At a knot; at the outermost it is one, as outside. */
  private static float derivative(float[] parameters, int offset, int knot) {
    if (knot == 0 || knot == BINS) {
      return 1;
    }
    double logit = parameters[offset + 2 * BINS + knot - 1];
    return LEAST_DERIVATIVE + (float) (logit > 20 ? logit : Math.log1p(Math.exp(logit)));
  }
}
