package org.emova4j.itests;

import java.util.Arrays;

/**
 * Every 40 ms the natural logarithm of the mean power in 16 bands of 500 Hz, minus its mean over
 * the loud part: what {@code spectrum} in {@code training/lite/samples.py} computes.
 */
final class BandSpectrum {
  static final int BANDS = 16;

  private static final int UNIT = 640; // samples
  private static final int WINDOW = 512;
  private static final int BINS = WINDOW / 2 / BANDS; // of a band
  private static final double FLOOR = 1e-7;
  private static final double LOUD = 4; // below the loudest

  private BandSpectrum() {}

  /**
   * @param wave at 16 kHz
   * @return of shape [units, 16]
   */
  static double[] of(float[] wave) {
    float peak = 0;
    for (float sample : wave) {
      peak = Math.max(peak, Math.abs(sample));
    }
    double[] cosine = new double[WINDOW];
    double[] sine = new double[WINDOW];
    for (int i = 0; i < WINDOW; i++) {
      cosine[i] = Math.cos(2 * Math.PI * i / WINDOW);
      sine[i] = Math.sin(2 * Math.PI * i / WINDOW);
    }
    int units = wave.length / UNIT;
    double[] rows = new double[units * BANDS];
    double[] level = new double[units];
    double[] frame = new double[WINDOW];
    for (int u = 0; u < units; u++) {
      for (int i = 0; i < WINDOW; i++) {
        frame[i] = wave[u * UNIT + (UNIT - WINDOW) / 2 + i] / peak * (0.5 - 0.5 * cosine[i]);
      }
      for (int band = 0; band < BANDS; band++) {
        double power = 0;
        for (int k = band * BINS + 1; k <= (band + 1) * BINS; k++) {
          double re = 0;
          double im = 0;
          for (int i = 0; i < WINDOW; i++) {
            re += frame[i] * cosine[i * k % WINDOW];
            im += frame[i] * sine[i * k % WINDOW];
          }
          power += re * re + im * im;
        }
        rows[u * BANDS + band] = Math.log(power / BINS + FLOOR);
        level[u] += rows[u * BANDS + band] / BANDS;
      }
    }
    double loudest = Arrays.stream(level).max().orElseThrow();
    double mean = Arrays.stream(level).filter(x -> x > loudest - LOUD).average().orElseThrow();
    return Arrays.stream(rows).map(x -> x - mean).toArray();
  }

  /** Mean absolute difference of two spectra over the units that are loud in the first. */
  static double distance(double[] spectrum, double[] other) {
    int units = Math.min(spectrum.length, other.length) / BANDS;
    double sum = 0;
    int count = 0;
    for (int u = 0; u < units; u++) {
      if (Arrays.stream(spectrum, u * BANDS, (u + 1) * BANDS).average().orElseThrow() > -LOUD) {
        for (int i = u * BANDS; i < (u + 1) * BANDS; i++) {
          sum += Math.abs(spectrum[i] - other[i]);
        }
        count += BANDS;
      }
    }
    return sum / count;
  }
}
