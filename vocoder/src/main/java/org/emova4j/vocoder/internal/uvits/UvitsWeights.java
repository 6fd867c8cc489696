package org.emova4j.vocoder.internal.uvits;

import ai.djl.ndarray.NDArray;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.nn.LayerNorm;
import org.emova4j.engine.nn.Linear;
import org.emova4j.engine.nn.ResidualRows;
import org.emova4j.engine.nn.RowKernel;

/**
 * Reads layers under the names that the reference implementation's checkpoints give them, in the
 * layout of {@link RowConvolution}. A convolution with weight normalisation (arXiv 1602.07868) is
 * stored as {@code weight_v} and {@code weight_g}, which become one weight here, or as {@code
 * weight}. Used within {@link NetworkScope#call}, before the scope is frozen.
 *
 * @param scope of one file
 * @param ops the operators
 */
record UvitsWeights(NetworkScope scope, Ops ops) {
  /** A dense convolution with a bias that keeps the length. */
  RowConvolution convolution(String name, int in, int out, int kernel, int dilation)
      throws ModelUnavailableException {
    return new RowConvolution(
        ops,
        rows(name, out, in, kernel),
        bias(name, out),
        (kernel - 1) / 2 * dilation,
        dilation,
        1);
  }

  /** The same without a bias. */
  RowConvolution convolutionWithoutBias(String name, int in, int out, int kernel)
      throws ModelUnavailableException {
    return new RowConvolution(
        ops,
        rows(name, out, in, kernel),
        scope.constant(new float[out], out),
        (kernel - 1) / 2,
        1,
        1);
  }

  /** A convolution of each channel by itself that keeps the length. */
  RowConvolution depthwise(String name, int width, int kernel, int dilation)
      throws ModelUnavailableException {
    return new RowConvolution(
        ops,
        rows(name, width, 1, kernel),
        bias(name, width),
        (kernel - 1) / 2 * dilation,
        dilation,
        width);
  }

  /** A dense convolution of a residual block. */
  ResidualRows.Convolution residual(String name, int width, int kernel, int dilation)
      throws ModelUnavailableException {
    return new ResidualRows.Convolution(
        values(name, width, width, kernel), bias(name, width), dilation);
  }

  /** A convolution with a kernel of one. */
  Linear pointwise(String name, int in, int out) throws ModelUnavailableException {
    return new Linear(scope.constant(values(name, out, in, 1), out, in), bias(name, out));
  }

  /** Normalisation of channels; its weights are {@code gamma} and {@code beta}, in either case. */
  LayerNorm norm(String name, int width) throws ModelUnavailableException {
    boolean upper = scope.names().contains(name + ".GAMMA");
    return new LayerNorm(
        ops,
        scope.weight(name + (upper ? ".GAMMA" : ".gamma"), width),
        scope.weight(name + (upper ? ".BETA" : ".beta"), width));
  }

  NDArray bias(String name, int width) throws ModelUnavailableException {
    return scope.weight(name + ".bias", width);
  }

  /** {@code (a, b, 1, kernel)} with b last in memory, of a weight (a, b, kernel). */
  NDArray rows(String name, int a, int b, int kernel) throws ModelUnavailableException {
    return RowKernel.of(scope, values(name, a, b, kernel), a, b, kernel);
  }

  /** A weight (a, b, kernel) in row-major order, its normalisation undone. */
  float[] values(String name, int a, int b, int kernel) throws ModelUnavailableException {
    if (!scope.names().contains(name + ".weight_v") || scope.names().contains(name + ".weight")) {
      return scope.values(name + ".weight", a, b, kernel);
    }
    float[] values = scope.values(name + ".weight_v", a, b, kernel);
    float[] lengths = scope.values(name + ".weight_g", a, 1, 1);
    int size = b * kernel;
    for (int i = 0; i < a; i++) {
      double squares = 0;
      for (int j = i * size; j < (i + 1) * size; j++) {
        squares += (double) values[j] * values[j];
      }
      float factor = (float) (lengths[i] / Math.sqrt(squares));
      for (int j = i * size; j < (i + 1) * size; j++) {
        values[j] *= factor;
      }
    }
    return values;
  }
}
