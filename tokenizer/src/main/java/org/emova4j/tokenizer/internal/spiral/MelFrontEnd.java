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
    int transforms = 1 + wave.remaining() / mel.hop();
    int frames = (transforms + mel.padTo() - 1) / mel.padTo() * mel.padTo();
    int kept = Math.min(valid, transforms);
    float[] rows = new float[Math.multiplyExact(frames, mel.bands())];
    analyse(wave.slice(), kept, rows);
    normalise(rows, kept);
    return new LogMelFrames(rows, frames, valid);
  }

  private static float peak(FloatBuffer wave) {
    float peak = 0;
    for (int i = 0; i < wave.limit(); i++) {
      peak = Math.max(peak, Math.abs(wave.get(i)));
    }
    return peak;
  }

  private void analyse(FloatBuffer wave, int frames, float[] rows) {
    float divisor = peak(wave) + LEAST_PEAK;
    int lead = mel.fftSize() / 2 - (mel.fftSize() - mel.window()) / 2; // window before its centre
    double[] spectrum = new double[mel.fftSize() + 2];
    double[] power = new double[mel.fftSize() / 2 + 1];
    for (int t = 0; t < frames; t++) {
      // where the window stands in the transform changes the phase only, which is not used
      window(wave, divisor, t * mel.hop() - lead, spectrum);
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

  /** The emphasised signal from a sample on, each as large as the window has it. */
  private void window(FloatBuffer wave, float divisor, int first, double[] spectrum) {
    int length = wave.limit();
    if (first <= 0 || first + window.length > length) {
      for (int i = 0; i < window.length; i++) {
        spectrum[i] = emphasised(wave, divisor, mirrored(first + i, length)) * window[i];
      }
      return;
    }
    float before = wave.get(first - 1) / divisor;
    for (int i = 0; i < window.length; i++) {
      float now = wave.get(first + i) / divisor;
      spectrum[i] = (now - mel.preEmphasis() * before) * window[i];
      before = now;
    }
  }

  private float emphasised(FloatBuffer wave, float divisor, int at) {
    float now = wave.get(at) / divisor;
    return at == 0 ? now : now - mel.preEmphasis() * (wave.get(at - 1) / divisor);
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
