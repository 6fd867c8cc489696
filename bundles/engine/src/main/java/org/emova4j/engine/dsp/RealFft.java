package org.emova4j.engine.dsp;

/**
 * Discrete Fourier transform of real sequences whose length is a power of two, in place.
 *
 * <p>A spectrum holds {@code size / 2 + 1} complex bins, real and imaginary part next to each
 * other, so arrays have {@code size + 2} entries. Holds tables only: safe for concurrent use.
 */
public final class RealFft {
  private final int size;
  private final int half; // length of the complex transform that does the work
  private final int[] swaps; // pairs of indices to exchange, for bit-reversed order
  private final double[][] twiddles; // for each pass: (w1 re, w1 im, w2 re, w2 im) times its span
  private final double[] rotation; // (cos, sin) of 2 pi k / size, k = 0..half / 2

  /**
   * @param size 8 to 2^20, a power of two
   * @throws IllegalArgumentException if it is not
   */
  public RealFft(int size) {
    if (size < 8 || size > 1 << 20 || Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException("size %d is no power of two in 8..2^20".formatted(size));
    }
    this.size = size;
    half = size / 2;
    swaps = swaps(half);
    int bits = Integer.numberOfTrailingZeros(half);
    twiddles = new double[bits / 2][];
    int span = bits % 2 == 0 ? 1 : 2;
    for (int pass = 0; pass < twiddles.length; pass++, span *= 4) {
      double[] table = new double[4 * span];
      for (int j = 0; j < span; j++) {
        table[4 * j] = Math.cos(Math.PI * j / span);
        table[4 * j + 1] = -Math.sin(Math.PI * j / span);
        table[4 * j + 2] = Math.cos(Math.PI * j / (2 * span));
        table[4 * j + 3] = -Math.sin(Math.PI * j / (2 * span));
      }
      twiddles[pass] = table;
    }
    rotation = new double[half + 2];
    for (int k = 0; k <= half / 2; k++) {
      rotation[2 * k] = Math.cos(2 * Math.PI * k / size);
      rotation[2 * k + 1] = Math.sin(2 * Math.PI * k / size);
    }
  }

  public int size() {
    return size;
  }

  /**
   * Samples to spectrum.
   *
   * @param x at least {@code size + 2} long; the first {@code size} entries are read, all {@code
   *     size + 2} written
   */
  public void forward(double[] x) {
    transform(x);
    double first = x[0];
    x[0] = first + x[1];
    x[size] = first - x[1];
    x[1] = 0;
    x[size + 1] = 0;
    for (int k = 1; k <= half / 2; k++) {
      int a = 2 * k;
      int b = size - a;
      // even and odd samples: their spectra are the two symmetric parts of what was computed
      double evenRe = 0.5 * (x[a] + x[b]);
      double evenIm = 0.5 * (x[a + 1] - x[b + 1]);
      double oddRe = 0.5 * (x[a + 1] + x[b + 1]);
      double oddIm = 0.5 * (x[b] - x[a]);
      double re = oddRe * rotation[a] + oddIm * rotation[a + 1];
      double im = oddIm * rotation[a] - oddRe * rotation[a + 1];
      x[a] = evenRe + re;
      x[a + 1] = evenIm + im;
      x[b] = evenRe - re;
      x[b + 1] = im - evenIm;
    }
  }

  /**
   * Spectrum to samples, scaled by {@code 1 / size}, so that it undoes {@link #forward}. The
   * imaginary parts of the first and the last bin are ignored.
   *
   * @param x at least {@code size + 2} long; the first {@code size} entries are written, the last
   *     two are left undefined
   */
  public void inverse(double[] x) {
    double scale = 1.0 / size;
    double first = x[0];
    x[0] = (first + x[size]) * scale;
    x[1] = -(first - x[size]) * scale;
    for (int k = 1; k <= half / 2; k++) {
      int a = 2 * k;
      int b = size - a;
      double evenRe = (x[a] + x[b]) * scale;
      double evenIm = (x[a + 1] - x[b + 1]) * scale;
      double re = (x[a] - x[b]) * scale;
      double im = (x[a + 1] + x[b + 1]) * scale;
      double oddRe = re * rotation[a] - im * rotation[a + 1];
      double oddIm = re * rotation[a + 1] + im * rotation[a];
      // conjugated, since the inverse is the conjugate of the transform of the conjugate
      x[a] = evenRe - oddIm;
      x[a + 1] = -(evenIm + oddRe);
      x[b] = evenRe + oddIm;
      x[b + 1] = evenIm - oddRe;
    }
    transform(x);
    for (int i = 1; i < size; i += 2) {
      x[i] = -x[i];
    }
  }

  /** Complex transform of {@link #half} entries: bit-reversed order, then passes of radix four. */
  private void transform(double[] x) {
    for (int s = 0; s < swaps.length; s += 2) {
      int a = swaps[s];
      int b = swaps[s + 1];
      double re = x[a];
      double im = x[a + 1];
      x[a] = x[b];
      x[a + 1] = x[b + 1];
      x[b] = re;
      x[b + 1] = im;
    }
    int span = 1;
    if (Integer.numberOfTrailingZeros(half) % 2 != 0) {
      for (int i = 0; i < size; i += 4) {
        double re = x[i + 2];
        double im = x[i + 3];
        x[i + 2] = x[i] - re;
        x[i + 3] = x[i + 1] - im;
        x[i] += re;
        x[i + 1] += im;
      }
      span = 2;
    }
    for (double[] table : twiddles) {
      pass(x, span, table);
      span *= 4;
    }
  }

  /** Two radix-two stages in one: four blocks of so many complex entries become one. */
  private void pass(double[] x, int span, double[] table) {
    int step = 2 * span;
    for (int block = 0; block < size; block += 4 * step) {
      for (int j = 0; j < span; j++) {
        int a = block + 2 * j;
        int b = a + step;
        int c = b + step;
        int d = c + step;
        double w1Re = table[4 * j];
        double w1Im = table[4 * j + 1];
        double w2Re = table[4 * j + 2];
        double w2Im = table[4 * j + 3];
        double bRe = x[b] * w1Re - x[b + 1] * w1Im;
        double bIm = x[b] * w1Im + x[b + 1] * w1Re;
        double dRe = x[d] * w1Re - x[d + 1] * w1Im;
        double dIm = x[d] * w1Im + x[d + 1] * w1Re;
        double sumRe = x[c] + dRe;
        double sumIm = x[c + 1] + dIm;
        double differenceRe = x[c] - dRe;
        double differenceIm = x[c + 1] - dIm;
        double cRe = sumRe * w2Re - sumIm * w2Im;
        double cIm = sumRe * w2Im + sumIm * w2Re;
        double eRe = differenceRe * w2Im + differenceIm * w2Re; // times -i
        double eIm = differenceIm * w2Im - differenceRe * w2Re;
        double upRe = x[a] + bRe;
        double upIm = x[a + 1] + bIm;
        double downRe = x[a] - bRe;
        double downIm = x[a + 1] - bIm;
        x[a] = upRe + cRe;
        x[a + 1] = upIm + cIm;
        x[b] = downRe + eRe;
        x[b + 1] = downIm + eIm;
        x[c] = upRe - cRe;
        x[c + 1] = upIm - cIm;
        x[d] = downRe - eRe;
        x[d + 1] = downIm - eIm;
      }
    }
  }

  private static int[] swaps(int length) {
    int[] pairs = new int[2 * length];
    int n = 0;
    int shift = Integer.numberOfLeadingZeros(length) + 1;
    for (int i = 0; i < length; i++) {
      int j = Integer.reverse(i) >>> shift;
      if (i < j) {
        pairs[n++] = 2 * i;
        pairs[n++] = 2 * j;
      }
    }
    return java.util.Arrays.copyOf(pairs, n);
  }
}
