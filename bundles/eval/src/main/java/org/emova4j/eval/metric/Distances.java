package org.emova4j.eval.metric;

/** Distances between what {@link AbxItem}s hold, and between vectors. */
public final class Distances {
  private Distances() {}

  /**
   * Edit distance of two unit sequences over the length of the longer, 0..1; 0 if both are empty.
   */
  public static double edit(int[] a, int[] b) {
    int longer = Math.max(a.length, b.length);
    return longer == 0 ? 0 : (double) EditCounts.between(a, b).edits() / longer;
  }

  /**
   * Mean angle along the cheapest path through two sequences of features, over pi: 0..1
   * (ZeroSpeech's distance). A zero vector is at a right angle to all.
   *
   * @param a of shape [frames, features], at least one frame
   * @param b of shape [frames, features], at least one frame
   * @throws IllegalArgumentException if one is empty or features differ in number
   */
  public static double warpedAngle(double[][] a, double[][] b) {
    return TimeWarping.align(a.length, b.length, (i, j) -> angle(a[i], b[j])).meanCost();
  }

  /**
   * Cosine of the angle between two vectors, -1..1; NaN if one is zero.
   *
   * @throws IllegalArgumentException if they differ in length
   */
  public static double cosine(double[] a, double[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException("vectors of %d and %d".formatted(a.length, b.length));
    }
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      squaresA += a[i] * a[i];
      squaresB += b[i] * b[i];
    }
    double cosine = product / Math.sqrt(squaresA) / Math.sqrt(squaresB);
    return Math.max(-1, Math.min(1, cosine)); // rounding may exceed; NaN stays
  }

  private static double angle(double[] a, double[] b) {
    double cosine = cosine(a, b);
    return Double.isNaN(cosine) ? 0.5 : Math.acos(cosine) / Math.PI;
  }
}
