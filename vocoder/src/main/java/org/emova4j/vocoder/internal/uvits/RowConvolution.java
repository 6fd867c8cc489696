package org.emova4j.vocoder.internal.uvits;

import ai.djl.ndarray.NDArray;
import org.emova4j.engine.Ops;

/**
 * Convolution over time where the channels of a moment lie next to each other. Safe for concurrent
 * use.
 *
 * @param ops the operators
 * @param weight {@code (out, in / groups, 1, kernel)}
 * @param bias {@code (out)}
 * @param padding zeros at both ends
 * @param dilation samples between taps
 * @param groups 1, or the number of channels for a depthwise one
 */
record RowConvolution(
    Ops ops, NDArray weight, NDArray bias, int padding, int dilation, int groups) {
  /** {@code (1, time, in)} to {@code (1, time, out)}. */
  NDArray apply(NDArray x) {
    return ops.convRows(x, weight, bias, padding, dilation, groups);
  }

  /**
   * The same plus a constant.
   *
   * @param shift {@code (out)}, of a call's manager
   */
  NDArray apply(NDArray x, NDArray shift) {
    return ops.convRows(x, weight, shift.add(bias), padding, dilation, groups);
  }
}
