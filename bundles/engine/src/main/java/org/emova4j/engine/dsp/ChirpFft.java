package org.emova4j.engine.dsp;

/**
 * Discrete Fourier transform of real sequences of any length, by Bluestein's algorithm (L.
 * Bluestein, "A linear filtering approach to the computation of discrete Fourier transform", 1970):
 * a product with a chirp, a convolution with another, and a product again. Where the length is a
 * power of two, {@link RealFft} is several times faster. Holds tables only: safe for concurrent
 * use.
 */
public final class ChirpFft {
  private final int size;
  private final RealFft convolution;
  private final double[] cos; // of pi n^2 / size
  private final double[] sin;
  private final double[] chirpCos; // spectra of both, as a filter
  private final double[] chirpSin;

  /**
   * @param size 2 to 2^18
   * @throws IllegalArgumentException if it is outside
   */
  public ChirpFft(int size) {
    if (size < 2 || size > 1 << 18) {
      throw new IllegalArgumentException("size %d is outside 2..2^18".formatted(size));
    }
    this.size = size;
    convolution = new RealFft(Math.max(8, Integer.highestOneBit(2 * size - 1) * 2));
    cos = new double[size];
    sin = new double[size];
    chirpCos = new double[convolution.size() + 2];
    chirpSin = new double[convolution.size() + 2];
    for (int n = 0; n < size; n++) {
      double angle = Math.PI * ((long) n * n % (2L * size)) / size;
      cos[n] = Math.cos(angle);
      sin[n] = Math.sin(angle);
      chirpCos[n] = cos[n];
      chirpSin[n] = sin[n];
      if (n > 0) {
        chirpCos[convolution.size() - n] = cos[n];
        chirpSin[convolution.size() - n] = sin[n];
      }
    }
    convolution.forward(chirpCos);
    convolution.forward(chirpSin);
  }

  public int size() {
    return size;
  }

  /**
   * Samples to the bins 0 to {@code size / 2}, real and imaginary part next to each other.
   *
   * @param x at least {@code size + 2} long; the first {@code size} entries are read, the first
   *     {@code 2 * (size / 2) + 2} written
   */
  public void forward(double[] x) {
    double[] re = new double[convolution.size() + 2];
    double[] im = new double[convolution.size() + 2];
    for (int n = 0; n < size; n++) {
      re[n] = x[n] * cos[n];
      im[n] = -x[n] * sin[n];
    }
    convolution.forward(re);
    convolution.forward(im);
    double[] real = new double[re.length];
    double[] imaginary = new double[re.length];
    addProduct(real, re, chirpCos, 1);
    addProduct(real, im, chirpSin, -1);
    addProduct(imaginary, re, chirpSin, 1);
    addProduct(imaginary, im, chirpCos, 1);
    convolution.inverse(real);
    convolution.inverse(imaginary);
    for (int k = 0; k <= size / 2; k++) {
      x[2 * k] = real[k] * cos[k] + imaginary[k] * sin[k];
      x[2 * k + 1] = imaginary[k] * cos[k] - real[k] * sin[k];
    }
  }

  private static void addProduct(double[] to, double[] a, double[] b, int sign) {
    for (int i = 0; i < to.length; i += 2) {
      to[i] += sign * (a[i] * b[i] - a[i + 1] * b[i + 1]);
      to[i + 1] += sign * (a[i] * b[i + 1] + a[i + 1] * b[i]);
    }
  }
}
