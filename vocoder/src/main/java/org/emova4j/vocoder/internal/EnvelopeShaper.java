package org.emova4j.vocoder.internal;

/**
 * Changes envelopes as a style says: loudness, spectral tilt around 1 kHz (at most 12 dB either way
 * in all), and breathiness, which raises the noise of voiced frames and lowers the harmonics so
 * that the frame's power stays (by a factor of 4 at most). Immutable.
 */
final class EnvelopeShaper {
  private static final int POINTS = VocoderNetwork.POINTS;
  private static final double PIVOT = 1000; // hertz
  private static final double MOST_TILT = 12; // decibels
  private static final double NEPER = Math.log(10) / 20; // natural logarithm of a decibel
  private static final double MOST_COMPENSATION = 4;

  private final float[] gain = new float[POINTS];
  private final double[] width = new double[POINTS]; // in hertz, of what a point stands for
  private final double breath;
  private final boolean plain;

  EnvelopeShaper(LiteStyle style) {
    double energy = style.get(LiteStyle.ENERGY);
    double tilt = style.get(LiteStyle.TILT);
    breath = style.get(LiteStyle.BREATHINESS) * NEPER;
    plain = energy == 0 && tilt == 0 && breath == 0;
    for (int i = 0; i < POINTS; i++) {
      double octaves = Math.log(Math.max(1, EnvelopeScale.hertz(i)) / PIVOT) / Math.log(2);
      double bounded = Math.max(-MOST_TILT, Math.min(MOST_TILT, tilt * octaves));
      gain[i] = (float) ((energy + bounded) * NEPER);
      double above = EnvelopeScale.hertz(Math.min(i + 1, POINTS - 1));
      width[i] = (above - EnvelopeScale.hertz(Math.max(i - 1, 0))) / 2;
    }
  }

  /**
   * Changes one frame in place.
   *
   * @param rows envelopes, of shape [frames, 160]
   * @param row which frame
   */
  void apply(float[] rows, int row, boolean voiced) {
    if (plain) {
      return;
    }
    int harmonic = row * 2 * POINTS;
    int noise = harmonic + POINTS;
    double harmonicGain = 0;
    double noiseGain = 0;
    if (voiced && breath != 0) {
      double harmonicPower = 0;
      double noisePower = 0;
      for (int i = 0; i < POINTS; i++) {
        harmonicPower += width[i] * Math.exp(2 * rows[harmonic + i]);
        noisePower += width[i] * Math.exp(2 * rows[noise + i]);
      }
      double left = 1 + noisePower / harmonicPower * (1 - Math.exp(2 * breath));
      noiseGain = breath;
      harmonicGain =
          0.5 * Math.log(Math.max(1 / MOST_COMPENSATION, Math.min(MOST_COMPENSATION, left)));
    }
    for (int i = 0; i < POINTS; i++) {
      rows[harmonic + i] += (float) (gain[i] + harmonicGain);
      rows[noise + i] += (float) (gain[i] + noiseGain);
    }
  }
}
