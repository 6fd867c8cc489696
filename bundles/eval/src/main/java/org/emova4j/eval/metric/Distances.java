package org.emova4j.eval.metric;

/** Distances between what {@link AbxItem}s hold, and between vectors. */
public final class Distances {
  private Distances() {}

  /**
   * Edit distance of two unit sequences over the length of the longer, 0..1; 0 if both are empty.
   */
  public static double edit(int[] a, int[] b) {
    return Later.yet();
  }

  /**
   * Mean angle along the cheapest path through two sequences of features, over pi: 0..1
   * (ZeroSpeech's distance).
   *
   * @param a of shape [frames, features], at least one frame
   * @param b of shape [frames, features], at least one frame
   */
  public static double warpedAngle(double[][] a, double[][] b) {
    return Later.yet();
  }

  /** Cosine of the angle between two vectors, -1..1; NaN if one is zero. */
  public static double cosine(double[] a, double[] b) {
    return Later.yet();
  }
}
