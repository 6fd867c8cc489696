package org.emova4j.eval.metric;

import java.util.Arrays;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

/** Discrete Fourier transforms in place, of lengths that are powers of two. */
final class Fourier {
  private Fourier() {}

  static void forward(double[] re, double[] im) {
    FastFourierTransformer.transformInPlace(
        new double[][] {re, im}, DftNormalization.STANDARD, TransformType.FORWARD);
  }

  /** Scaled by 1 / length, so that it undoes {@link #forward}. */
  static void inverse(double[] re, double[] im) {
    FastFourierTransformer.transformInPlace(
        new double[][] {re, im}, DftNormalization.STANDARD, TransformType.INVERSE);
  }

  /** The least power of two that is at least so much. */
  static int size(int least) {
    return least <= 2 ? 2 : Integer.highestOneBit(least - 1) << 1;
  }

  /**
   * Power of the bins 0 to size / 2 of a frame.
   *
   * @param size a power of two, at least the frame's length
   */
  static double[] power(double[] frame, int size) {
    double[] re = Arrays.copyOf(frame, size);
    double[] im = new double[size];
    forward(re, im);
    double[] power = new double[size / 2 + 1];
    for (int k = 0; k < power.length; k++) {
      power[k] = re[k] * re[k] + im[k] * im[k];
    }
    return power;
  }

  /** A Hann window whose zeros lie just outside (Matlab's {@code hanning}). */
  static double[] hann(int length) {
    double[] window = new double[length];
    for (int i = 0; i < length; i++) {
      window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 1) / (length + 1));
    }
    return window;
  }
}
