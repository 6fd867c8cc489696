package org.emova4j.engine.dsp;

import java.nio.FloatBuffer;

/** From samples to mel-filtered magnitudes, frame by frame. */
final class MelAnalysis {
  private static final int BINS = LogMel.FFT_SIZE / 2 + 1;

  private final RealFft fft = new RealFft(LogMel.FFT_SIZE);
  private final float[] window = hann(LogMel.WINDOW);
  private final int[] firstBin = new int[LogMel.BANDS];
  private final float[][] weights = new float[LogMel.BANDS][]; // from the first bin on

  MelAnalysis() {
    double[] edges = new double[LogMel.BANDS + 2]; // in hertz
    double top = 2595 * Math.log10(1 + LogMel.SAMPLE_RATE / 2.0 / 700);
    for (int i = 0; i < edges.length; i++) {
      edges[i] = 700 * (Math.pow(10, top * i / (edges.length - 1) / 2595) - 1);
    }
    double width = (double) LogMel.SAMPLE_RATE / LogMel.FFT_SIZE;
    for (int b = 0; b < LogMel.BANDS; b++) {
      firstBin[b] = (int) Math.floor(edges[b] / width) + 1;
      int last = Math.min((int) Math.ceil(edges[b + 2] / width) - 1, BINS - 1);
      weights[b] = new float[Math.max(0, last - firstBin[b] + 1)];
      for (int k = 0; k < weights[b].length; k++) {
        double hertz = (firstBin[b] + k) * width;
        double up = (hertz - edges[b]) / (edges[b + 1] - edges[b]);
        double down = (edges[b + 2] - hertz) / (edges[b + 2] - edges[b + 1]);
        weights[b][k] = (float) Math.max(0, Math.min(up, down));
      }
    }
  }

  /** Periodic Hann window. */
  static float[] hann(int length) {
    float[] window = new float[length];
    for (int i = 0; i < length; i++) {
      window[i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / length));
    }
    return window;
  }

  /** Of shape [4 * units, 80]. */
  float[] magnitudes(FloatBuffer wave) {
    int start = wave.position();
    int samples = wave.remaining();
    int frames = LogMel.unitCount(samples) * LogMel.FRAMES_PER_UNIT;
    float[] mel = new float[Math.multiplyExact(frames, LogMel.BANDS)];
    float[] stretch = new float[LogMel.WINDOW];
    double[] spectrum = new double[LogMel.FFT_SIZE + 2];
    double[] magnitude = new double[BINS];
    for (int t = 0; t < frames; t++) {
      int first = t * LogMel.HOP - LogMel.WINDOW / 2;
      int from = Math.max(first, 0);
      int to = Math.min(first + LogMel.WINDOW, samples);
      java.util.Arrays.fill(spectrum, 0);
      if (to > from) {
        wave.get(start + from, stretch, 0, to - from);
        for (int i = from; i < to; i++) {
          // where it stands in the transform changes the phase only, which is not used
          spectrum[i - first] = stretch[i - from] * window[i - first];
        }
      }
      fft.forward(spectrum);
      for (int k = 0; k < BINS; k++) {
        double re = spectrum[2 * k];
        double im = spectrum[2 * k + 1];
        magnitude[k] = Math.sqrt(re * re + im * im);
      }
      for (int b = 0; b < LogMel.BANDS; b++) {
        double sum = 0;
        float[] weight = weights[b];
        for (int k = 0; k < weight.length; k++) {
          sum += weight[k] * magnitude[firstBin[b] + k];
        }
        mel[t * LogMel.BANDS + b] = (float) sum;
      }
    }
    return mel;
  }
}
