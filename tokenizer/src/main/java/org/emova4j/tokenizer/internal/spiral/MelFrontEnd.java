package org.emova4j.tokenizer.internal.spiral;

import java.nio.FloatBuffer;
import org.emova4j.engine.dsp.RealFft;
import org.emova4j.tokenizer.internal.spiral.SpiralConfig.Mel;

/**
 * The front end of SPIRAL (arXiv 2201.10207, after NVIDIA NeMo's): peak normalisation,
 * pre-emphasis, log-mel, and each band brought to mean 0 and deviation 1 over the stretch. Holds
 * tables only: safe for concurrent use.
 */
final class MelFrontEnd {
  private static final float LEAST_PEAK = 1e-5f; // added to the peak, for silence
  private static final double LEAST_DEVIATION = 1e-5; // added to the deviation, for silence

  private final Mel mel;
  private final float[] window;
  private final RealFft fft;
  private final int[] firstBin; // of each band
  private final float[][] weights; // of each band, from its first bin on

  /**
   * @param window of shape [mel.window()]
   * @param bank of shape [bands, fftSize / 2 + 1]
   */
  MelFrontEnd(Mel mel, float[] window, float[] bank) {
    this.mel = mel;
    this.window = window.clone();
    fft = new RealFft(mel.fftSize());
    firstBin = new int[mel.bands()];
    weights = new float[mel.bands()][];
    int bins = mel.fftSize() / 2 + 1;
    for (int b = 0; b < mel.bands(); b++) {
      int first = 0;
      int end = bins;
      while (first < end && bank[b * bins + first] == 0) {
        first++;
      }
      while (end > first && bank[b * bins + end - 1] == 0) {
        end--;
      }
      firstBin[b] = first;
      weights[b] = java.util.Arrays.copyOfRange(bank, b * bins + first, b * bins + end);
    }
  }

  /** Fewest samples: the ends are mirrored by half a transform. */
  int leastSamples() {
    return mel.fftSize() / 2 + 1;
  }

  /** Frames that so many samples count for. */
  int validFrames(long samples) {
    return Math.toIntExact((samples + mel.hop() - 1) / mel.hop());
  }

  /**
   * @param wave whose remaining samples are the stretch, at least {@link #leastSamples()}
   * @param valid frames that statistics are taken over and that are not padding; more than there
   *     are means all
   */
  LogMelFrames apply(FloatBuffer wave, int valid) {
    float[] signal = emphasised(wave);
    int transforms = 1 + signal.length / mel.hop();
    int frames = (transforms + mel.padTo() - 1) / mel.padTo() * mel.padTo();
    int kept = Math.min(valid, transforms);
    float[] rows = new float[Math.multiplyExact(frames, mel.bands())];
    analyse(signal, kept, rows);
    normalise(rows, kept);
    return new LogMelFrames(rows, frames, valid);
  }

  private float[] emphasised(FloatBuffer wave) {
    float[] x = new float[wave.remaining()];
    wave.duplicate().get(x);
    float peak = 0;
    for (float v : x) {
      peak = Math.max(peak, Math.abs(v));
    }
    float divisor = peak + LEAST_PEAK;
    float before = 0;
    for (int i = 0; i < x.length; i++) {
      float now = x[i] / divisor;
      x[i] = i == 0 ? now : now - mel.preEmphasis() * before;
      before = now;
    }
    return x;
  }

  private void analyse(float[] signal, int frames, float[] rows) {
    int lead = mel.fftSize() / 2 - (mel.fftSize() - mel.window()) / 2; // window before its centre
    double[] spectrum = new double[mel.fftSize() + 2];
    double[] power = new double[mel.fftSize() / 2 + 1];
    for (int t = 0; t < frames; t++) {
      int first = t * mel.hop() - lead;
      boolean inside = first >= 0 && first + window.length <= signal.length;
      // where the window stands in the transform changes the phase only, which is not used
      for (int i = 0; i < window.length; i++) {
        int at = inside ? first + i : mirrored(first + i, signal.length);
        spectrum[i] = signal[at] * window[i];
      }
      java.util.Arrays.fill(spectrum, window.length, spectrum.length, 0);
      fft.forward(spectrum);
      for (int k = 0; k < power.length; k++) {
        double re = spectrum[2 * k];
        double im = spectrum[2 * k + 1];
        power[k] = re * re + im * im;
      }
      for (int b = 0; b < mel.bands(); b++) {
        double sum = 0;
        float[] weight = weights[b];
        for (int k = 0; k < weight.length; k++) {
          sum += weight[k] * power[firstBin[b] + k];
        }
        rows[t * mel.bands() + b] = (float) Math.log(sum + mel.guard());
      }
    }
  }

  /** The ends themselves are not repeated. */
  private static int mirrored(int at, int length) {
    int positive = Math.abs(at);
    return positive < length ? positive : 2 * (length - 1) - positive;
  }

  private void normalise(float[] rows, int frames) {
    int bands = mel.bands();
    double[] mean = new double[bands];
    double[] squares = new double[bands];
    for (int i = 0; i < frames * bands; i++) {
      mean[i % bands] += (double) rows[i] / frames;
    }
    for (int i = 0; i < frames * bands; i++) {
      double difference = rows[i] - mean[i % bands];
      squares[i % bands] += difference * difference;
    }
    for (int i = 0; i < frames * bands; i++) {
      double deviation = Math.sqrt(squares[i % bands] / Math.max(1, frames - 1));
      rows[i] = (float) ((rows[i] - mean[i % bands]) / (deviation + LEAST_DEVIATION));
    }
  }
}
