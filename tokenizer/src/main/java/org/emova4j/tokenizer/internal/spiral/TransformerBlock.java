package org.emova4j.tokenizer.internal.spiral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.nn.LayerNorm;

/** A convolution that tells positions apart, transformer layers, and a last layer norm. */
final class TransformerBlock implements EncoderBlock {
  private final Ops ops;
  private final SpiralConfig.Transformer sizes;
  private final NDArray position; // (width, width / groups, kernel)
  private final NDArray positionBias;
  private final List<TransformerLayer> layers = new ArrayList<>();
  private final LayerNorm norm;

  TransformerBlock(NetworkScope scope, Ops ops, String name, SpiralConfig.Transformer sizes)
      throws SpeechException {
    this.ops = ops;
    this.sizes = sizes;
    position = positionWeight(scope, name + ".pos_conv.0", sizes);
    positionBias = scope.weight(name + ".pos_conv.0.bias", sizes.width());
    for (int i = 0; i < sizes.layers(); i++) {
      layers.add(new TransformerLayer(scope, ops, name + ".layers." + i, sizes));
    }
    norm = LayerNorm.read(scope, ops, name + ".layer_norm", sizes.width());
  }

  /** Folds direction and length, which are kept apart for each tap of the kernel, in place. */
  private static NDArray positionWeight(
      NetworkScope scope, String name, SpiralConfig.Transformer sizes) throws SpeechException {
    NDArray length = scope.weight(name + ".weight_g", 1, 1, sizes.kernel());
    NDArray direction =
        scope.weight(
            name + ".weight_v", sizes.width(), sizes.width() / sizes.groups(), sizes.kernel());
    return scope.call(
        manager -> {
          try (NDManager inner = manager.newSubManager()) {
            NDArray squares = direction.square();
            squares.attach(inner);
            NDArray norm = squares.sum(new int[] {0, 1}, true).sqrt(); // (1, 1, kernel)
            for (float n : norm.toFloatArray()) {
              if (!(n > 0) || Float.isInfinite(n)) {
                throw new ModelUnavailableException(
                    "%s.weight_v: the norm of a tap is %s".formatted(name, n));
              }
            }
            NDArray factor = norm.getManager() == inner ? norm : inner.from(norm);
            return direction.muli(factor.pow(-1).mul(length));
          }
        });
  }

  @Override
  public NDArray apply(NDArray x, int valid) {
    NDManager outer = x.getManager();
    NDArray h = withPosition(x, valid, outer);
    for (TransformerLayer layer : layers) {
      layer.apply(h, valid);
    }
    NDArray y = norm.apply(h);
    h.close();
    return y;
  }

  private NDArray withPosition(NDArray x, int valid, NDManager outer) {
    int time = (int) x.getShape().get(1);
    int left = sizes.kernel() / 2;
    try (NDManager inner = outer.newSubManager()) {
      NDArray padded = Masked.padded(x, valid, left, sizes.kernel() - 1 - left);
      padded.attach(inner);
      NDArray shifted =
          ops.conv1d(padded.transpose(0, 2, 1), position, positionBias, 1, 0, 1, sizes.groups());
      NDArray h =
          Masked.frames(padded, left, left + time).add(ops.gelu(shifted).transpose(0, 2, 1));
      h.attach(outer);
      return h;
    }
  }

  @Override
  public int valid(int before) {
    return before;
  }
}
