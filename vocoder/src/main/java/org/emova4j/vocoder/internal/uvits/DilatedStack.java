package org.emova4j.vocoder.internal.uvits;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.Ops;
import org.emova4j.engine.nn.LayerNorm;
import org.emova4j.engine.nn.Linear;

/**
 * Three residual layers, each a convolution of channels by themselves, dilated by 1, 3 and 9, and
 * one across channels. Safe for concurrent use.
 */
final class DilatedStack {
  private static final int LAYERS = 3;
  private static final int KERNEL = 3;

  private record Layer(RowConvolution separate, LayerNorm norm1, Linear across, LayerNorm norm2) {}

  private final Ops ops;
  private final List<Layer> layers = new ArrayList<>();

  private DilatedStack(UvitsWeights weights, String name, int width)
      throws ModelUnavailableException {
    ops = weights.ops();
    int dilation = 1;
    for (int i = 0; i < LAYERS; i++) {
      layers.add(
          new Layer(
              weights.depthwise(name + ".convs_sep." + i, width, KERNEL, dilation),
              weights.norm(name + ".norms_1." + i, width),
              weights.pointwise(name + ".convs_1x1." + i, width, width),
              weights.norm(name + ".norms_2." + i, width)));
      dilation *= KERNEL;
    }
  }

  /** Reads the weights below {@code NAME.}. */
  static DilatedStack read(UvitsWeights weights, String name, int width)
      throws ModelUnavailableException {
    return new DilatedStack(weights, name, width);
  }

  /** {@code (1, time, width)} to the same. */
  NDArray apply(NDArray x) {
    for (Layer layer : layers) {
      NDArray y = ops.gelu(layer.norm1().apply(layer.separate().apply(x)));
      x = x.add(ops.gelu(layer.norm2().apply(layer.across().apply(y))));
    }
    return x;
  }
}
