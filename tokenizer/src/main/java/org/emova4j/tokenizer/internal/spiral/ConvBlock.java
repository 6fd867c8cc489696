package org.emova4j.tokenizer.internal.spiral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.List;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.nn.PackedLinear;

/** Convolution over time, layer norm, and a rectifier or nothing. */
final class ConvBlock implements EncoderBlock {
  private final Ops ops;
  private final SpiralConfig.Conv sizes;
  private final PackedLinear product; // with a matrix of shape (out, kernel * in)
  private final NDArray gain;
  private final NDArray shift;

  ConvBlock(NetworkScope scope, Ops ops, String name, SpiralConfig.Conv sizes)
      throws SpeechException {
    this.ops = ops;
    this.sizes = sizes;
    product =
        PackedLinear.of(
            scope,
            ops,
            List.of(name + ".conv.conv.weight"),
            ConvBlock::tapsFirst,
            scope.weight(name + ".conv.conv.bias", sizes.out()),
            sizes.out(),
            sizes.in(),
            sizes.kernel());
    gain = scope.weight(name + ".norm.weight", sizes.out());
    shift = scope.weight(name + ".norm.bias", sizes.out());
  }

  /** From (out, in, kernel) to a matrix. */
  private static NDArray tapsFirst(NDArray kernels) {
    return kernels.transpose(0, 2, 1).reshape(kernels.getShape().get(0), -1);
  }

  @Override
  public NDArray apply(NDArray x, int valid) {
    NDManager outer = x.getManager();
    try (NDManager inner = outer.newSubManager()) {
      NDArray windows = windows(x, valid, inner); // (1, time, kernel * in)
      int time = (int) windows.getShape().get(1);
      NDArray y = outer.create(new Shape(1, time, sizes.out()));
      for (int from = 0; from < time; from += Masked.STRETCH) {
        int to = Math.min(from + Masked.STRETCH, time);
        try (NDManager stretch = inner.newSubManager()) {
          NDArray h = product.apply(Masked.frames(windows, from, to, stretch));
          h = ops.layerNorm(h, gain, shift, sizes.epsilon());
          h = sizes.rectified() ? Activation.relu(h) : h;
          y.set(new NDIndex().addAllDim().addSliceDim(from, to), h);
        }
      }
      x.close(); // if it is not yet
      return y;
    }
  }

  /** A window of frames is one stretch of memory, so the convolution is one product. */
  private NDArray windows(NDArray x, int valid, NDManager inner) {
    if (sizes.kernel() == 1) {
      return x;
    }
    int right = sizes.kernel() / 2;
    // At stride two one zero less on the left; the reference decides by the parity of the channels.
    int left = sizes.stride() == 2 && sizes.in() % 2 == 0 ? right - 1 : right;
    NDArray padded = Masked.padded(x, valid, left, right, inner);
    x.close();
    return ops.unfold(
            padded.reshape(-1), 0, sizes.kernel() * sizes.in(), sizes.stride() * sizes.in())
        .expandDims(0);
  }

  @Override
  public int valid(int before) {
    return (before + sizes.stride() - 1) / sizes.stride();
  }
}
