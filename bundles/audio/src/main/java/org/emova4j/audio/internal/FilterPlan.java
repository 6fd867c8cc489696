package org.emova4j.audio.internal;

/**
 * How large a low-pass filter to resample with. Long enough that a tone above the lower of the two
 * Nyquist frequencies is down by more than 80 dB, and the band is flat to 0.9 of it; smaller only
 * where odd rates would need a huge table.
 *
 * @param filterSize taps at the lower rate
 * @param phaseShift base-2 logarithm of the number of filters between two input samples
 * @param exact whether every output sample falls on one of these filters
 */
record FilterPlan(int filterSize, int phaseShift, boolean exact) {
  /** Where the filter has fallen to half, as a part of the Nyquist frequency. */
  static final double CUTOFF = 0.95;

  /** Shape of the window: stop band below -90 dB. */
  static final double KAISER_BETA = 9;

  private static final int TAPS = 128;
  private static final int MIN_TAPS = 16;
  private static final int MAX_EXACT_SHIFT = 12;
  private static final int INTERPOLATED_SHIFT = 10;
  private static final long MAX_TABLE = 4L << 20;

  static FilterPlan of(int inRate, int outRate) {
    int phases = outRate / gcd(inRate, outRate);
    boolean exact = phases <= 1 << MAX_EXACT_SHIFT;
    int shift =
        exact ? 32 - Integer.numberOfLeadingZeros(Math.max(1, phases - 1)) : INTERPOLATED_SHIFT;
    long count = exact ? phases : 1L << shift;
    double stretch = Math.max(1.0, (double) inRate / outRate);
    int taps = TAPS;
    while (taps > MIN_TAPS && taps * stretch * count > MAX_TABLE) {
      taps /= 2;
    }
    return new FilterPlan(taps, shift, exact);
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
