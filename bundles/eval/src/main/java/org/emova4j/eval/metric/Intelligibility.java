package org.emova4j.eval.metric;

import java.util.Arrays;
import org.emova4j.api.audio.Audio;

/**
 * Objective intelligibility of degraded speech whose clean form is known, sample by sample aligned.
 *
 * <p>STOI: C. Taal, R. Hendriks, R. Heusdens and J. Jensen, "An algorithm for intelligibility
 * prediction of time-frequency weighted noisy speech", IEEE TASLP 19(7), 2011. ESTOI: J. Jensen and
 * C. Taal, "An algorithm for predicting the intelligibility of speech masked by modulated noise
 * maskers", IEEE/ACM TASLP 24(11), 2016. Both work at 10 kHz; other rates are resampled.
 */
public final class Intelligibility {
  private static final int RATE = 10_000;
  private static final int FRAME = 256; // 25.6 ms
  private static final int HOP = FRAME / 2;
  private static final int FFT_SIZE = 512;
  private static final int BANDS = 15; // thirds of octaves
  private static final double LOWEST_BAND = 150; // centre, in hertz
  private static final int SEGMENT = 30; // frames: 384 ms
  private static final double DYNAMIC_RANGE_DB = 40; // frames more below the loudest are silence
  private static final double LEAST_SDR_DB = -15; // where a band's distortion is clipped
  private static final double EPSILON = Math.ulp(1.0);

  private Intelligibility() {}

  /**
   * Short-time objective intelligibility: about 0 (none) to 1 (all).
   *
   * @param clean the reference
   * @param degraded what became of it; what only the longer one has is left out
   * @return NaN if fewer than 30 frames (384 ms) of speech remain once silence is removed
   * @throws IllegalArgumentException if the sample rates differ
   */
  public static double stoi(Audio clean, Audio degraded) {
    return mean(clean, degraded, Intelligibility::correlation);
  }

  /**
   * Extended STOI, for modulated noise as well: about 0 (none) to 1 (all). As {@link #stoi}
   * otherwise.
   */
  public static double estoi(Audio clean, Audio degraded) {
    return mean(clean, degraded, Intelligibility::spectralCorrelation);
  }

  /** Of the same {@link #SEGMENT} frames of both. */
  @FunctionalInterface
  private interface Measure {
    double of(double[][] clean, double[][] degraded); // (bands, frames) each
  }

  private static double mean(Audio clean, Audio degraded, Measure measure) {
    if (clean.sampleRate() != degraded.sampleRate()) {
      throw new IllegalArgumentException(
          "clean speech at %d Hz, degraded at %d Hz"
              .formatted(clean.sampleRate(), degraded.sampleRate()));
    }
    int length = Math.min(clean.length(), degraded.length());
    double[][] both = {
      Resampler.toRate(clean.slice(0, length), RATE),
      Resampler.toRate(degraded.slice(0, length), RATE)
    };
    removeSilence(both);
    double[][] x = bands(both[0]);
    double[][] y = bands(both[1]);
    int segments = x[0].length - SEGMENT + 1;
    double sum = 0;
    for (int from = 0; from < segments; from++) {
      sum += measure.of(segment(x, from), segment(y, from));
    }
    return segments < 1 ? Double.NaN : sum / segments;
  }

  /** Overlap-adds the frames in which the first is loud enough. */
  private static void removeSilence(double[][] both) {
    int frames = frames(both[0].length);
    double[] window = Fourier.hann(FRAME);
    double[] energy = new double[frames]; // in dB
    double loudest = Double.NEGATIVE_INFINITY;
    for (int t = 0; t < frames; t++) {
      double squares = 0;
      for (int i = 0; i < FRAME; i++) {
        double sample = both[0][t * HOP + i] * window[i];
        squares += sample * sample;
      }
      energy[t] = 20 * Math.log10(Math.sqrt(squares)); // minus infinity where all is zero
      loudest = Math.max(loudest, energy[t]);
    }
    double[][] kept = new double[2][(frames + 1) * HOP];
    int next = 0;
    for (int t = 0; t < frames; t++) {
      if (energy[t] > loudest - DYNAMIC_RANGE_DB) {
        for (int s = 0; s < 2; s++) {
          for (int i = 0; i < FRAME; i++) {
            kept[s][next + i] += both[s][t * HOP + i] * window[i];
          }
        }
        next += HOP;
      }
    }
    for (int s = 0; s < 2; s++) {
      both[s] = Arrays.copyOf(kept[s], next == 0 ? 0 : next + FRAME - HOP);
    }
  }

  /** The reference implementations leave out the frame that ends with the signal. */
  private static int frames(int length) {
    return length <= FRAME ? 0 : (length - FRAME - 1) / HOP + 1;
  }

  /** Magnitudes of shape (bands, frames). */
  private static double[][] bands(double[] signal) {
    int frames = frames(signal.length);
    double[] window = Fourier.hann(FRAME);
    double[][] bands = new double[BANDS][frames];
    double[] frame = new double[FRAME];
    for (int t = 0; t < frames; t++) {
      for (int i = 0; i < FRAME; i++) {
        frame[i] = signal[t * HOP + i] * window[i];
      }
      double[] power = Fourier.power(frame, FFT_SIZE);
      for (int b = 0; b < BANDS; b++) {
        double sum = 0;
        for (int k = edge(2 * b - 1); k < edge(2 * b + 1); k++) {
          sum += power[k];
        }
        bands[b][t] = Math.sqrt(sum);
      }
    }
    return bands;
  }

  /** The bin nearest to so many sixths of an octave above the lowest band's centre. */
  private static int edge(int sixths) {
    return (int) Math.round(LOWEST_BAND * Math.pow(2, sixths / 6.0) * FFT_SIZE / RATE);
  }

  private static double[][] segment(double[][] bands, int from) {
    return Arrays.stream(bands)
        .map(band -> Arrays.copyOfRange(band, from, from + SEGMENT))
        .toArray(double[][]::new);
  }

  private static double correlation(double[][] clean, double[][] degraded) {
    double limit = 1 + Math.pow(10, -LEAST_SDR_DB / 20);
    double sum = 0;
    for (int b = 0; b < BANDS; b++) {
      double[] x = clean[b];
      double[] y = degraded[b];
      double gain = norm(x) / (norm(y) + EPSILON);
      for (int t = 0; t < SEGMENT; t++) {
        y[t] = Math.min(y[t] * gain, x[t] * limit);
      }
      normalise(x);
      normalise(y);
      for (int t = 0; t < SEGMENT; t++) {
        sum += x[t] * y[t];
      }
    }
    return sum / BANDS;
  }

  private static double spectralCorrelation(double[][] clean, double[][] degraded) {
    double[][] x = normalisedSpectra(clean);
    double[][] y = normalisedSpectra(degraded);
    double sum = 0;
    for (int t = 0; t < SEGMENT; t++) {
      for (int b = 0; b < BANDS; b++) {
        sum += x[t][b] * y[t][b];
      }
    }
    return sum / SEGMENT;
  }

  /** Bands normalised over time, then frames over bands: shape (frames, bands). */
  private static double[][] normalisedSpectra(double[][] bands) {
    for (double[] band : bands) {
      normalise(band);
    }
    double[][] spectra = new double[SEGMENT][BANDS];
    for (int t = 0; t < SEGMENT; t++) {
      for (int b = 0; b < BANDS; b++) {
        spectra[t][b] = bands[b][t];
      }
      normalise(spectra[t]);
    }
    return spectra;
  }

  /** To mean 0 and norm 1; constants become zeros. */
  private static void normalise(double[] values) {
    double mean = Arrays.stream(values).sum() / values.length;
    for (int i = 0; i < values.length; i++) {
      values[i] -= mean;
    }
    double norm = norm(values) + EPSILON;
    for (int i = 0; i < values.length; i++) {
      values[i] /= norm;
    }
  }

  private static double norm(double[] values) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }
}
