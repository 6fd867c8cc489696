package org.emova4j.modifier.internal;

import java.util.Arrays;
import org.emova4j.engine.dsp.RealFft;

/**
 * Spectral tilt around 1 kHz, between 62.5 Hz and 8 kHz, by at most 12 dB either way in all: a
 * linear-phase filter of some 30 ms, applied block by block through the Fourier transform.
 */
final class TiltFilter {
  private static final double PIVOT = 1000; // hertz
  private static final double LEAST_OCTAVE = -4;
  private static final double MOST_OCTAVE = 3;
  private static final double MOST = 12; // decibels
  private static final double SECONDS = 0.03;

  private final int taps; // one more, with the one in the middle
  private final RealFft fft;
  private final double[] response; // complex, of shape [bins, 2]

  /**
   * @param tilt decibels an octave
   * @param rate of what it filters, in hertz
   */
  TiltFilter(double tilt, int rate) {
    taps = Integer.highestOneBit((int) (SECONDS * rate));
    int size = 4 * taps;
    fft = new RealFft(size);
    double[] impulse = new double[size + 2];
    for (int k = 0; k <= size / 2; k++) {
      double hertz = Math.max(1, (double) k * rate / size);
      double octave =
          Math.max(LEAST_OCTAVE, Math.min(MOST_OCTAVE, Math.log(hertz / PIVOT) / Math.log(2)));
      double decibels = Math.max(-MOST, Math.min(MOST, tilt * octave));
      impulse[2 * k] = Math.pow(10, decibels / 20);
    }
    fft.inverse(impulse);
    response = new double[size + 2];
    for (int i = -taps / 2; i <= taps / 2; i++) {
      double window = 0.5 + 0.5 * Math.cos(2 * Math.PI * i / (taps + 2));
      response[i + taps / 2] = impulse[(i + size) % size] * window;
    }
    fft.forward(response);
  }

  /** Filters in place, without delay; zeros lie beyond both ends. */
  void apply(float[] sound) {
    int size = fft.size();
    int block = size - taps;
    double[] x = new double[size + 2];
    float[] last = new float[taps]; // of the block before, as it was
    // The filter's middle is its present: a block's result begins half a filter before it.
    for (int from = 0; from < sound.length + taps / 2; from += block) {
      Arrays.fill(x, 0);
      for (int i = 0; i < taps; i++) {
        x[i] = last[i];
      }
      for (int i = 0; i < block && from + i < sound.length; i++) {
        x[taps + i] = sound[from + i];
      }
      for (int i = 0; i < taps; i++) {
        last[i] = (float) x[block + i];
      }
      fft.forward(x);
      for (int k = 0; k < size + 2; k += 2) {
        double re = x[k] * response[k] - x[k + 1] * response[k + 1];
        x[k + 1] = x[k] * response[k + 1] + x[k + 1] * response[k];
        x[k] = re;
      }
      fft.inverse(x);
      for (int i = 0; i < block; i++) {
        int place = from + i - taps / 2;
        if (place >= 0 && place < sound.length) {
          sound[place] = (float) x[taps + i];
        }
      }
    }
  }
}
