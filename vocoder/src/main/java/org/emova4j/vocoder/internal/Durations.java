package org.emova4j.vocoder.internal;

/** From predicted durations to whole numbers of units. */
final class Durations {
  /** Longest that a unit is made to last: one second. */
  static final int LONGEST = 25;

  private Durations() {}

  /**
   * Rounds so that the sum keeps to the sum of the predictions.
   *
   * @param logarithms natural logarithm of each duration in units
   * @return 1 to {@link #LONGEST} each
   */
  static int[] round(float[] logarithms) {
    int[] lengths = new int[logarithms.length];
    double wanted = 0;
    long given = 0;
    for (int i = 0; i < lengths.length; i++) {
      wanted += Math.max(0.1, Math.min(LONGEST, Math.exp(logarithms[i])));
      lengths[i] = (int) Math.max(1, Math.min(LONGEST, Math.round(wanted) - given));
      given += lengths[i];
    }
    return lengths;
  }
}
