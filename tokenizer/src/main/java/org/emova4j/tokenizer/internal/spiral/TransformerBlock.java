package org.emova4j.tokenizer.internal.spiral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.nn.LayerNorm;

/** A convolution that tells positions apart, transformer layers, and a last layer norm. */
final class TransformerBlock implements EncoderBlock {
  private final LongConv position;
  private final List<TransformerLayer> layers = new ArrayList<>();
  private final LayerNorm norm;

  TransformerBlock(NetworkScope scope, Ops ops, String name, SpiralConfig.Transformer sizes)
      throws SpeechException {
    position = new LongConv(scope, ops, name + ".pos_conv.0", sizes);
    for (int i = 0; i < sizes.layers(); i++) {
      layers.add(new TransformerLayer(scope, ops, name + ".layers." + i, sizes));
    }
    norm = LayerNorm.read(scope, ops, name + ".layer_norm", sizes.width());
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
    try (NDManager inner = outer.newSubManager()) {
      NDArray padded = Masked.padded(x, valid, position.left(), position.right(time), inner);
      x.close();
      NDArray h = Masked.frames(padded, position.left(), position.left() + time).duplicate();
      position.add(padded, h);
      h.attach(outer);
      return h;
    }
  }

  @Override
  public int valid(int before) {
    return before;
  }
}
