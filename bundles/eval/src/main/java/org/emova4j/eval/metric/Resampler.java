package org.emova4j.eval.metric;

import org.emova4j.api.audio.Audio;

/**
 * Band-limited change of rate: a sinc that cuts at the lower Nyquist frequency under a Kaiser
 * window with 60 dB of rejection and a transition a tenth as wide as the band, which is the design
 * of Octave's {@code resample} and so what figures of STOI were made with. N samples become {@code
 * ceil(N * out / in)}; output sample k lies where input sample {@code k * in / out} does.
 */
final class Resampler {
  private static final double REJECTION_DB = 60;
  private static final double BETA = 0.1102 * (REJECTION_DB - 8.7);
  // The window's half length in samples of the lower rate: Kaiser's formula for that transition.
  private static final double REACH = (REJECTION_DB - 8) / 28.714 * 20;
  // Table entries for each such sample, with straight lines between: off by less than -110 dB.
  private static final int STEPS = 1024;

  private final double reach; // in samples of the lower rate
  private final double[] kernel;

  private Resampler(int in, int out) {
    // The window ends on a sample of the least common multiple of both rates.
    long finer = Math.max(in, out) / gcd(in, out);
    reach = Math.ceil(REACH * finer) / finer;
    kernel = new double[(int) (reach * STEPS) + 3];
    double area = 0;
    for (int i = 0; i < kernel.length; i++) {
      double u = (double) i / STEPS;
      double x = Math.PI * u;
      double window = bessel(BETA * Math.sqrt(Math.max(0, 1 - u * u / (reach * reach))));
      kernel[i] = (i == 0 ? 1 : Math.sin(x) / x) * window;
      area += (i == 0 ? 1 : 2) * kernel[i] / STEPS;
    }
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] /= area;
    }
  }

  static double[] toRate(Audio sound, int rate) {
    float[] samples = sound.samples();
    int in = sound.sampleRate();
    double[] out = new double[Math.toIntExact(((long) sound.length() * rate + in - 1) / in)];
    if (in == rate) {
      for (int i = 0; i < out.length; i++) {
        out[i] = samples[i];
      }
      return out;
    }
    Resampler resampler = new Resampler(in, rate);
    double scale = Math.min(1, (double) rate / in);
    for (int k = 0; k < out.length; k++) {
      long whole = (long) k * in / rate;
      double part = (double) ((long) k * in % rate) / rate;
      out[k] = scale * resampler.at(samples, (int) whole, part, scale);
    }
    return out;
  }

  /** The sum of all samples around a point, each weighted by its distance. */
  private double at(float[] samples, int whole, double part, double scale) {
    int wide = (int) Math.ceil(reach / scale);
    double end = reach * STEPS + 1e-6; // rounding must not cut off the last one
    int last = Math.min(samples.length - 1, whole + wide);
    double sum = 0;
    for (int i = Math.max(0, whole - wide); i <= last; i++) {
      double position = Math.abs(i - whole - part) * scale * STEPS;
      if (position <= end) {
        int below = (int) position;
        double weight = kernel[below] + (position - below) * (kernel[below + 1] - kernel[below]);
        sum += weight * samples[i];
      }
    }
    return sum;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** The modified Bessel function of the first kind and order 0, by its power series. */
  private static double bessel(double x) {
    double sum = 1;
    double term = 1;
    for (int k = 1; term > 1e-17 * sum; k++) {
      term *= x * x / (4.0 * k * k);
      sum += term;
    }
    return sum;
  }
}
