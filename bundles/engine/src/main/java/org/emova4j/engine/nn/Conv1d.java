package org.emova4j.engine.nn;

import ai.djl.ndarray.NDArray;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;

/**
 * Convolution over time that keeps the length at stride one: half a kernel of zeros at both ends.
 * Safe for concurrent use, inside {@link NetworkScope#call}.
 *
 * @param ops the operators
 * @param weight {@code (out, in / groups, kernel)}
 * @param bias {@code (out)}
 * @param stride in samples of the input
 * @param groups 1, or the number of channels for a depthwise one
 */
public record Conv1d(Ops ops, NDArray weight, NDArray bias, int stride, int groups) {
  /** Reads {@code NAME.weight} and {@code NAME.bias} of a dense convolution. */
  public static Conv1d read(
      NetworkScope scope, Ops ops, String name, int in, int out, int kernel, int stride)
      throws ModelUnavailableException {
    return new Conv1d(
        ops,
        scope.weight(name + ".weight", out, in, kernel),
        scope.weight(name + ".bias", out),
        stride,
        1);
  }

  /** Reads {@code NAME.weight} and {@code NAME.bias} of a depthwise convolution. */
  public static Conv1d readDepthwise(
      NetworkScope scope, Ops ops, String name, int width, int kernel)
      throws ModelUnavailableException {
    return new Conv1d(
        ops,
        scope.weight(name + ".weight", width, 1, kernel),
        scope.weight(name + ".bias", width),
        1,
        width);
  }

  /** {@code (batch, in, time)} to {@code (batch, out, time / stride)}, rounded up. */
  public NDArray apply(NDArray x) {
    int kernel = (int) weight.getShape().get(2);
    return ops.conv1d(x, weight, bias, stride, kernel / 2, 1, groups);
  }
}
