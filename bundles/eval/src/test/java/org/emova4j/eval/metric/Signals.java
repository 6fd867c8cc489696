package org.emova4j.eval.metric;

import java.nio.FloatBuffer;
import org.emova4j.api.audio.Audio;

/** The signals and disturbances of {@code make_signals.py}. */
final class Signals {
  private Signals() {}

  /** Uniform in -1..1, by the linear congruential generator of POSIX's rand(). */
  static double[] noise(int length) {
    double[] out = new double[length];
    long x = 12345;
    for (int i = 0; i < length; i++) {
      x = (1103515245 * x + 12345) & 0x7FFFFFFF;
      out[i] = x / (double) (1 << 30) - 1;
    }
    return out;
  }

  /** Three seconds of a voice-like sound with pauses. */
  static double[] synthetic(int rate) {
    double[] noise = noise(3 * rate);
    double[] out = new double[noise.length];
    for (int i = 0; i < out.length; i++) {
      double t = (double) i / rate;
      double phase = 120 * t - 20 / Math.PI * (Math.cos(Math.PI * t) - 1);
      double voice = 0;
      for (int k = 1; k <= 25; k++) {
        double level = 0.6 + 0.4 * Math.sin(2 * Math.PI * (1.3 + 0.17 * k) * t + k);
        voice += Math.sin(2 * Math.PI * k * phase) / k * level;
      }
      double envelope = Math.sqrt(Math.max(0, Math.sin(2 * Math.PI * 1.5 * t)));
      out[i] = 0.1 * voice * envelope + 1e-4 * noise[out.length - 1 - i];
    }
    return out;
  }

  /** One of snr=decibels, clip=part of the peak, tilt=coefficient, gain=factor. */
  static double[] disturbed(double[] x, String how) {
    int equals = how.indexOf('=');
    double value = Double.parseDouble(how.substring(equals + 1));
    double[] noise = noise(x.length);
    double peak = 0;
    double power = 0;
    double noisePower = 0;
    for (int i = 0; i < x.length; i++) {
      peak = Math.max(peak, Math.abs(x[i]));
      power += x[i] * x[i];
      noisePower += noise[i] * noise[i];
    }
    double noiseGain = Math.sqrt(power / noisePower) * Math.pow(10, -value / 20);
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] =
          switch (how.substring(0, equals)) {
            case "snr" -> x[i] + noiseGain * noise[i];
            case "clip" -> Math.max(-value * peak, Math.min(value * peak, x[i]));
            case "tilt" -> x[i] - value * (i == 0 ? 0 : x[i - 1]);
            case "gain" -> x[i] * value;
            default -> throw new IllegalArgumentException(how);
          };
    }
    return y;
  }

  static double[] values(Audio sound) {
    FloatBuffer samples = sound.buffer();
    double[] values = new double[samples.remaining()];
    for (int i = 0; i < values.length; i++) {
      values[i] = samples.get(i);
    }
    return values;
  }

  static Audio audio(double[] values, int rate) {
    float[] samples = new float[values.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) values[i];
    }
    return Audio.of(samples, rate);
  }
}
