package org.emova4j.wav.internal;

import java.util.Arrays;

/**
 * Band-limited resampling by a windowed sinc, with the filter that the FFmpeg bundle has: 128 taps
 * at the lower of the two rates, half its height at 0.95 of that rate's Nyquist frequency, Kaiser
 * window. N samples at rate r become exactly {@code round(N * out / r)}. Takes its input in blocks
 * of any size; the output doesn't depend on how it is cut. Confined to one thread.
 */
final class Resampler {
  private static final int HALF_TAPS = 64;
  private static final double CUTOFF = 0.95;
  private static final double KAISER_BETA = 9;

  // Between table entries the kernel is a straight line: off by less than -110 dB.
  private static final int STEPS = 1024;
  private static final double[] KERNEL = kernel();

  private final long inRate;
  private final long outRate;
  private final double scale;
  private final int reach; // input samples on each side that an output sample sees

  private float[] held = new float[1 << 14];
  private int heldLength;
  private long heldFrom; // index of held[0] in the whole input
  private long taken;

  private float[] made = new float[1 << 14];
  private int madeLength;

  Resampler(int inRate, int outRate) {
    this.inRate = inRate;
    this.outRate = outRate;
    scale = Math.min(1.0, (double) outRate / inRate);
    reach = (int) Math.ceil(HALF_TAPS / scale);
  }

  static float[] toRate(float[] samples, int inRate, int outRate) {
    Resampler resampler = new Resampler(inRate, outRate);
    resampler.add(samples, samples.length);
    return resampler.finish();
  }

  private static double[] kernel() {
    double[] table = new double[HALF_TAPS * STEPS + 2];
    for (int i = 0; i <= HALF_TAPS * STEPS; i++) {
      double u = (double) i / STEPS;
      double x = Math.PI * CUTOFF * u;
      double edge = u / HALF_TAPS;
      table[i] =
          CUTOFF
              * (x == 0 ? 1 : Math.sin(x) / x)
              * bessel(KAISER_BETA * Math.sqrt(1 - edge * edge))
              / bessel(KAISER_BETA);
    }
    return table;
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

  void add(float[] samples, int length) {
    taken += length;
    if (inRate == outRate) {
      made = append(made, madeLength, samples, length);
      madeLength += length;
      return;
    }
    held = append(held, heldLength, samples, length);
    heldLength += length;
    // An output sample is made when all that it sees is there.
    makeUpTo((taken - reach - 1) * outRate / inRate);
  }

  /** The whole result; nothing can be added any more. */
  float[] finish() {
    if (inRate != outRate) {
      makeUpTo(Math.round((double) taken * outRate / inRate));
    }
    return Arrays.copyOf(made, madeLength);
  }

  /** How many samples are made so far. */
  int length() {
    return madeLength;
  }

  private void makeUpTo(long end) {
    for (long n = madeLength; n < end; n++) {
      if (madeLength == made.length) {
        made = Arrays.copyOf(made, grown(made.length, madeLength + 1L));
      }
      made[madeLength++] = at(n);
    }
    long needed = Math.max(heldFrom, madeLength * inRate / outRate - reach);
    int gone = (int) Math.min(heldLength, needed - heldFrom);
    if (gone > held.length / 2) {
      System.arraycopy(held, gone, held, 0, heldLength - gone);
      heldLength -= gone;
      heldFrom += gone;
    }
  }

  private float at(long n) {
    long centre = n * inRate / outRate;
    double fraction = (double) (n * inRate % outRate) / outRate;
    long first = Math.max(heldFrom, centre - reach);
    long last = Math.min(heldFrom + heldLength - 1, centre + reach + 1);
    double sum = 0;
    for (long k = first; k <= last; k++) {
      double u = Math.abs(centre - k + fraction) * scale * STEPS;
      int i = (int) u;
      if (i < HALF_TAPS * STEPS) {
        sum += held[(int) (k - heldFrom)] * (KERNEL[i] + (u - i) * (KERNEL[i + 1] - KERNEL[i]));
      }
    }
    return (float) (scale * sum);
  }

  private static float[] append(float[] target, int used, float[] more, int length) {
    float[] result =
        used + (long) length > target.length
            ? Arrays.copyOf(target, grown(target.length, used + (long) length))
            : target;
    System.arraycopy(more, 0, result, used, length);
    return result;
  }

  private static int grown(int size, long needed) {
    return Math.toIntExact(Math.max(needed, Math.min(Integer.MAX_VALUE - 16, 2L * size)));
  }
}
