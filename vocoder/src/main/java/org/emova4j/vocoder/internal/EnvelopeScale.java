package org.emova4j.vocoder.internal;

/** Where the 80 points of an envelope lie: mel-spaced from 0 to 8000 Hz. */
final class EnvelopeScale {
  static final int FFT_SIZE = 1024;
  static final int BINS = FFT_SIZE / 2 + 1;

  private static final int RATE = 16_000;
  private static final double STEP = mel(RATE / 2.0) / (VocoderNetwork.POINTS - 1);

  private final int[] below = new int[BINS];
  private final float[] part = new float[BINS];

  EnvelopeScale() {
    for (int k = 0; k < BINS; k++) {
      double position = mel((double) k * RATE / FFT_SIZE) / STEP;
      below[k] = Math.min((int) position, VocoderNetwork.POINTS - 2);
      part[k] = (float) (position - below[k]);
    }
  }

  private static double mel(double hertz) {
    return 2595 * Math.log10(1 + hertz / 700);
  }

  /** The frequency of a point, in hertz. */
  static double hertz(int point) {
    return 700 * (Math.pow(10, point * STEP / 2595) - 1);
  }

  /**
   * An envelope at every bin of the transform, linear between the points.
   *
   * @param points holds 80 values from {@code offset} on
   * @param bins takes 513 values
   */
  void spread(float[] points, int offset, double[] bins) {
    for (int k = 0; k < BINS; k++) {
      float a = points[offset + below[k]];
      float b = points[offset + below[k] + 1];
      bins[k] = a + part[k] * (b - a);
    }
  }
}
