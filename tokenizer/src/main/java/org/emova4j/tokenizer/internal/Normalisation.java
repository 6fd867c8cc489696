package org.emova4j.tokenizer.internal;

import org.emova4j.engine.dsp.LogMel;

/**
 * Takes the recording's own mean out of each log-mel band, then divides by one standard deviation
 * for all bands: the microphone and much of the voice go, what changes stays.
 */
final class Normalisation {
  private static final int STRETCH = 3000; // frames that are held at once
  private static final double LEAST = 1e-3; // added to the deviation, for silence

  private final float[] mean = new float[LogMel.BANDS];
  private final float scale;

  /** Statistics of a whole recording of at least one frame. */
  Normalisation(LogMel mel) {
    double[] sum = new double[LogMel.BANDS];
    double[] squares = new double[LogMel.BANDS];
    for (int from = 0; from < mel.frames(); from += STRETCH) {
      float[] rows = mel.scaled(from, Math.min(from + STRETCH, mel.frames()));
      for (int i = 0; i < rows.length; i++) {
        sum[i % LogMel.BANDS] += rows[i];
        squares[i % LogMel.BANDS] += (double) rows[i] * rows[i];
      }
    }
    double variance = 0;
    for (int b = 0; b < LogMel.BANDS; b++) {
      double m = sum[b] / mel.frames();
      mean[b] = (float) m;
      variance += Math.max(0, squares[b] / mel.frames() - m * m) / LogMel.BANDS;
    }
    scale = (float) (1 / (Math.sqrt(variance) + LEAST));
  }

  /**
   * In place.
   *
   * @param rows of shape [frames, 80]
   */
  float[] apply(float[] rows) {
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (rows[i] - mean[i % LogMel.BANDS]) * scale;
    }
    return rows;
  }
}
