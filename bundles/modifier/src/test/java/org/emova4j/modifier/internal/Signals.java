package org.emova4j.modifier.internal;

import java.nio.FloatBuffer;
import java.util.Random;
import org.emova4j.api.audio.Audio;
import org.emova4j.engine.dsp.LogMel;
import org.emova4j.engine.dsp.PitchSettings;
import org.emova4j.engine.dsp.PitchTracker;
import org.emova4j.engine.dsp.RealFft;

/** Sounds with known facts, and the facts of sounds. */
final class Signals {
  static final double SEMITONE = Math.log(2) / 12;

  /** Formants of the vowel, in hertz. */
  static final double[] FORMANTS = {700, 1200, 2600};

  private Signals() {}

  /** Pulses through three resonances, between silences of a quarter of a second. */
  static Audio vowel(double f0, double seconds, int rate) {
    int quiet = rate / 4;
    double[] x = new double[(int) (seconds * rate) + 2 * quiet];
    // a band-limited pulse: a sum of cosines, so that F0 needs be no whole number of samples
    int harmonics = (int) Math.min(3800 / f0, 60);
    for (int i = quiet; i < x.length - quiet; i++) {
      double phase = 2 * Math.PI * f0 * (i - quiet) / rate;
      double fade = Math.min(1, Math.min(i - quiet, x.length - quiet - i) / (0.02 * rate));
      for (int h = 1; h <= harmonics; h++) {
        x[i] += fade * Math.cos(h * phase);
      }
    }
    for (double formant : FORMANTS) {
      resonate(x, formant, 90, rate);
    }
    double peak = 0;
    for (double value : x) {
      peak = Math.max(peak, Math.abs(value));
    }
    float[] samples = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      samples[i] = (float) (0.5 * x[i] / peak);
    }
    return Audio.adopt(samples, rate);
  }

  private static void resonate(double[] x, double hertz, double bandwidth, int rate) {
    double radius = Math.exp(-Math.PI * bandwidth / rate);
    double a1 = 2 * radius * Math.cos(2 * Math.PI * hertz / rate);
    double a2 = -radius * radius;
    double one = 0;
    double two = 0;
    for (int i = 0; i < x.length; i++) {
      double y = (1 - radius) * x[i] + a1 * one + a2 * two;
      two = one;
      one = y;
      x[i] = y;
    }
  }

  static Audio noise(double deviation, int samples, int rate) {
    Random random = new Random(7);
    float[] noise = new float[samples];
    for (int i = 0; i < samples; i++) {
      noise[i] = (float) (deviation * random.nextGaussian());
    }
    return Audio.adopt(noise, rate);
  }

  static Audio sum(Audio one, Audio other) {
    float[] samples = one.samples();
    for (int i = 0; i < samples.length; i++) {
      samples[i] += other.buffer().get(i);
    }
    return Audio.adopt(samples, one.sampleRate());
  }

  /** F0 of each 10 ms. */
  static float[] f0(Audio audio) {
    float[] band = SpeechBand.of(audio);
    return new PitchTracker(PitchSettings.SPEECH)
        .track(FloatBuffer.wrap(band), band.length / LogMel.HOP + 1);
  }

  static double medianF0(Audio audio) {
    float[] f0 = f0(audio);
    double[] voiced =
        java.util.stream.IntStream.range(0, f0.length)
            .filter(t -> f0[t] > 0)
            .mapToDouble(t -> f0[t])
            .sorted()
            .toArray();
    return voiced[voiced.length / 2];
  }

  static double rms(Audio audio, int from, int to) {
    double power = 0;
    for (int i = from; i < to; i++) {
      power += (double) audio.buffer().get(i) * audio.buffer().get(i);
    }
    return Math.sqrt(power / (to - from));
  }

  /** Mean power spectrum of frames of {@code size} samples, of shape [size / 2 + 1]. */
  static double[] spectrum(Audio audio, int from, int to, int size) {
    RealFft fft = new RealFft(size);
    double[] power = new double[size / 2 + 1];
    double[] x = new double[size + 2];
    for (int first = from; first + size <= to; first += size / 4) {
      for (int i = 0; i < size; i++) {
        double window = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / size);
        x[i] = audio.buffer().get(first + i) * window;
      }
      fft.forward(x);
      for (int k = 0; k <= size / 2; k++) {
        power[k] += x[2 * k] * x[2 * k] + x[2 * k + 1] * x[2 * k + 1];
      }
    }
    return power;
  }

  /**
   * Centre of the power within 250 Hz of a formant: a short window blurs harmonics into the
   * envelope.
   */
  static double formant(Audio audio, double near) {
    int rate = audio.sampleRate();
    int size = Integer.highestOneBit(rate / 60);
    double[] power = spectrum(audio, rate / 2, audio.length() - rate / 2, size);
    double sum = 0;
    double weighted = 0;
    for (int k = 0; k < power.length; k++) {
      double hertz = (double) k * rate / size;
      if (Math.abs(hertz - near) <= 250) {
        sum += power[k];
        weighted += power[k] * hertz;
      }
    }
    return weighted / sum;
  }
}
