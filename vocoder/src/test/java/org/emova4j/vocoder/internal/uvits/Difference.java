package org.emova4j.vocoder.internal.uvits;

/** How far two arrays are apart. */
final class Difference {
  private Difference() {}

  /** The greatest difference; without end where lengths differ or one is no number. */
  static float of(float[] a, float[] b) {
    float most = a.length == b.length ? 0 : Float.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      float difference = Math.abs(a[i] - b[i]);
      most =
          difference <= most
              ? most
              : Float.isNaN(difference) ? Float.POSITIVE_INFINITY : difference;
    }
    return most;
  }
}
