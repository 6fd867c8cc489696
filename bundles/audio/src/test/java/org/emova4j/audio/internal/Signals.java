package org.emova4j.audio.internal;

import org.emova4j.api.audio.Audio;

/** Test sounds, and measures of them. */
final class Signals {
  private Signals() {}

  static Audio sine(double hertz, double amplitude, int length, int rate) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (amplitude * Math.sin(2 * Math.PI * hertz * i / rate));
    }
    return Audio.adopt(samples, rate);
  }

  static double rms(float[] samples, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += (double) samples[i] * samples[i];
    }
    return Math.sqrt(sum / (to - from));
  }

  /**
   * Signal to noise ratio in decibels of {@code samples[from..to)} against the best-fitting sine of
   * this frequency; {@code gain[0]} and {@code gain[1]} receive its amplitude and phase.
   */
  static double sineSnr(
      float[] samples, int from, int to, double hertz, int rate, double[] amplitudeAndPhase) {
    double ss = 0;
    double cc = 0;
    double sc = 0;
    double xs = 0;
    double xc = 0;
    for (int i = from; i < to; i++) {
      double s = Math.sin(2 * Math.PI * hertz * i / rate);
      double c = Math.cos(2 * Math.PI * hertz * i / rate);
      ss += s * s;
      cc += c * c;
      sc += s * c;
      xs += samples[i] * s;
      xc += samples[i] * c;
    }
    double det = ss * cc - sc * sc;
    double a = (xs * cc - xc * sc) / det;
    double b = (xc * ss - xs * sc) / det;
    double noise = 0;
    for (int i = from; i < to; i++) {
      double fit =
          a * Math.sin(2 * Math.PI * hertz * i / rate)
              + b * Math.cos(2 * Math.PI * hertz * i / rate);
      noise += (samples[i] - fit) * (samples[i] - fit);
    }
    amplitudeAndPhase[0] = Math.hypot(a, b);
    amplitudeAndPhase[1] = Math.atan2(b, a);
    double signal = amplitudeAndPhase[0] * amplitudeAndPhase[0] / 2 * (to - from);
    return 10 * Math.log10(signal / noise);
  }

  static double decibels(double ratio) {
    return 20 * Math.log10(ratio);
  }
}
