package org.emova4j.tokenizer.internal.script;

import java.util.Arrays;
import java.util.function.Consumer;
import org.emova4j.engine.dsp.ChirpFft;
import org.emova4j.engine.dsp.RealFft;
import org.emova4j.tokenizer.internal.script.ScriptConfig.Floor;
import org.emova4j.tokenizer.internal.script.ScriptConfig.Mel;

/**
 * Log-mel with the conventions of {@code torch.stft} and of torchaudio's and librosa's filter
 * banks. Holds tables only: safe for concurrent use.
 */
final class LogMelInput {
  // Slaney's scale: linear below 1000 Hz, which are 15 mel, logarithmic above.
  private static final double SLANEY_HERTZ_PER_MEL = 200.0 / 3;
  private static final double SLANEY_KNEE_MEL = 15;
  private static final double SLANEY_KNEE_HERTZ = 1000;
  private static final double SLANEY_LOG_STEP = Math.log(6.4) / 27;
  private static final double HTK_MEL_PER_DECADE = 2595;
  private static final double HTK_HERTZ = 700;

  private final Mel mel;
  private final Consumer<double[]> fft;
  private final double[] window; // of the length of the transform
  private final double[][] bank; // (bands, fft / 2 + 1)

  LogMelInput(Mel mel, int sampleRate) {
    this.mel = mel;
    fft =
        Integer.bitCount(mel.fft()) == 1
            ? new RealFft(mel.fft())::forward
            : new ChirpFft(mel.fft())::forward;
    window = new double[mel.fft()];
    int lead = (mel.fft() - mel.window()) / 2;
    for (int i = 0; i < mel.window(); i++) {
      window[lead + i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / mel.window());
    }
    bank = bank(sampleRate);
  }

  private double[][] bank(int sampleRate) {
    double low = toMel(mel.lowest());
    double high = toMel(mel.highest());
    double[] edges = new double[mel.bands() + 2]; // in hertz
    for (int i = 0; i < edges.length; i++) {
      edges[i] = toHertz(low + (high - low) * i / (edges.length - 1));
    }
    double[][] weights = new double[mel.bands()][mel.fft() / 2 + 1];
    for (int b = 0; b < mel.bands(); b++) {
      double height = mel.slaneyNorm() ? 2 / (edges[b + 2] - edges[b]) : 1;
      for (int k = 0; k < weights[b].length; k++) {
        double hertz = (double) k * sampleRate / mel.fft();
        double up = (hertz - edges[b]) / (edges[b + 1] - edges[b]);
        double down = (edges[b + 2] - hertz) / (edges[b + 2] - edges[b + 1]);
        weights[b][k] = height * Math.max(0, Math.min(up, down));
      }
    }
    return weights;
  }

  private double toMel(double hertz) {
    if (!mel.slaneyScale()) {
      return HTK_MEL_PER_DECADE * Math.log10(1 + hertz / HTK_HERTZ);
    }
    return hertz < SLANEY_KNEE_HERTZ
        ? hertz / SLANEY_HERTZ_PER_MEL
        : SLANEY_KNEE_MEL + Math.log(hertz / SLANEY_KNEE_HERTZ) / SLANEY_LOG_STEP;
  }

  private double toHertz(double value) {
    if (!mel.slaneyScale()) {
      return HTK_HERTZ * (Math.pow(10, value / HTK_MEL_PER_DECADE) - 1);
    }
    return value < SLANEY_KNEE_MEL
        ? value * SLANEY_HERTZ_PER_MEL
        : SLANEY_KNEE_HERTZ * Math.exp((value - SLANEY_KNEE_MEL) * SLANEY_LOG_STEP);
  }

  /** Fewest samples: the ends are mirrored by half a transform. */
  int leastSamples() {
    return mel.fft() / 2 + 1;
  }

  int frames(int samples) {
    return 1 + samples / mel.hop();
  }

  long[] shape(int samples) {
    int frames = frames(samples);
    return mel.bandsFirst()
        ? new long[] {1, mel.bands(), frames}
        : new long[] {1, frames, mel.bands()};
  }

  /**
   * @param wave of at least {@link #leastSamples()}
   * @return of {@link #shape}
   */
  float[] apply(float[] wave) {
    int frames = frames(wave.length);
    float[] out = new float[Math.multiplyExact(frames, mel.bands())];
    double[] spectrum = new double[mel.fft() + 2];
    double[] power = new double[mel.fft() / 2 + 1];
    for (int t = 0; t < frames; t++) {
      int first = t * mel.hop() - mel.fft() / 2;
      for (int i = 0; i < mel.fft(); i++) {
        spectrum[i] = window[i] == 0 ? 0 : wave[mirrored(first + i, wave.length)] * window[i];
      }
      Arrays.fill(spectrum, mel.fft(), spectrum.length, 0);
      fft.accept(spectrum);
      for (int k = 0; k < power.length; k++) {
        double square =
            spectrum[2 * k] * spectrum[2 * k] + spectrum[2 * k + 1] * spectrum[2 * k + 1];
        power[k] = mel.power() == 2 ? square : Math.sqrt(square);
      }
      for (int b = 0; b < mel.bands(); b++) {
        out[mel.bandsFirst() ? b * frames + t : t * mel.bands() + b] = (float) log(power, bank[b]);
      }
    }
    return out;
  }

  private double log(double[] power, double[] weights) {
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      sum += weights[k] * power[k];
    }
    double kept = mel.floor() == Floor.ADD ? sum + mel.guard() : Math.max(sum, mel.guard());
    return mel.decimal() ? Math.log10(kept) : Math.log(kept);
  }

  /** The ends themselves are not repeated. */
  private static int mirrored(int at, int length) {
    int positive = Math.abs(at);
    return positive < length ? positive : 2 * (length - 1) - positive;
  }
}
