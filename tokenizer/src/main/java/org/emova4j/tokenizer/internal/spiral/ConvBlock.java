package org.emova4j.tokenizer.internal.spiral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.nn.Linear;

/** Convolution over time, layer norm, and a rectifier or nothing. */
final class ConvBlock implements EncoderBlock {
  private final Ops ops;
  private final SpiralConfig.Conv sizes;
  private final NDArray weight; // (out, in, kernel), or (out, in) for a kernel of one
  private final NDArray bias;
  private final NDArray gain;
  private final NDArray shift;

  ConvBlock(NetworkScope scope, Ops ops, String name, SpiralConfig.Conv sizes)
      throws ModelUnavailableException {
    this.ops = ops;
    this.sizes = sizes;
    NDArray kernels =
        scope.weight(name + ".conv.conv.weight", sizes.out(), sizes.in(), sizes.kernel());
    weight = sizes.kernel() == 1 ? kernels.reshape(sizes.out(), sizes.in()) : kernels;
    bias = scope.weight(name + ".conv.conv.bias", sizes.out());
    gain = scope.weight(name + ".norm.weight", sizes.out());
    shift = scope.weight(name + ".norm.bias", sizes.out());
  }

  @Override
  public NDArray apply(NDArray x, int valid) {
    NDManager outer = x.getManager();
    try (NDManager inner = outer.newSubManager()) {
      NDArray h =
          sizes.kernel() == 1 ? new Linear(weight, bias).apply(x) : convolve(x, valid, inner);
      h.attach(inner);
      h = ops.layerNorm(h, gain, shift, sizes.epsilon());
      if (sizes.rectified()) {
        h = Activation.relu(h);
      }
      h.attach(outer);
      return h;
    }
  }

  private NDArray convolve(NDArray x, int valid, NDManager inner) {
    int right = sizes.kernel() / 2;
    // At stride two one zero less on the left; the reference decides by the parity of the channels.
    int left = sizes.stride() == 2 && sizes.in() % 2 == 0 ? right - 1 : right;
    NDArray padded = Masked.padded(x, valid, left, right);
    padded.attach(inner);
    return ops.conv1d(padded.transpose(0, 2, 1), weight, bias, sizes.stride(), 0, 1, 1)
        .transpose(0, 2, 1);
  }

  @Override
  public int valid(int before) {
    return (before + sizes.stride() - 1) / sizes.stride();
  }
}
