package org.emova4j.tokenizer.internal.spiral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.nn.LayerNorm;
import org.emova4j.engine.nn.PackedLinear;

/**
 * Attention over all frames that count, then a perceptron, each behind a layer norm and added to
 * what came in.
 */
final class TransformerLayer {
  private final Ops ops;
  private final int width;
  private final int heads;
  private final LayerNorm attentionNorm;
  private final PackedLinear toQueries;
  private final PackedLinear toKeysAndValues; // in one product
  private final PackedLinear fromAttention;
  private final LayerNorm norm;
  private final PackedLinear expand;
  private final PackedLinear project;

  TransformerLayer(NetworkScope scope, Ops ops, String name, SpiralConfig.Transformer sizes)
      throws SpeechException {
    this.ops = ops;
    width = sizes.width();
    heads = sizes.heads();
    String attention = name + ".self_attn.";
    attentionNorm = LayerNorm.read(scope, ops, name + ".self_attn_layer_norm", width);
    toQueries = PackedLinear.read(scope, ops, attention + "q_proj", width, width);
    toKeysAndValues =
        PackedLinear.joined(
            scope, ops, List.of(attention + "k_proj", attention + "v_proj"), width, width);
    fromAttention = PackedLinear.read(scope, ops, attention + "out_proj", width, width);
    norm = LayerNorm.read(scope, ops, name + ".final_layer_norm", width);
    expand = PackedLinear.read(scope, ops, name + ".fc1", width, sizes.hidden());
    project = PackedLinear.read(scope, ops, name + ".fc2", sizes.hidden(), width);
  }

  /**
   * In place.
   *
   * @param x {@code (1, time, width)}
   * @param valid frames that are attended to
   */
  void apply(NDArray x, int valid) {
    try (NDManager inner = x.getManager().newSubManager()) {
      attend(x, valid, inner);
    }
    stretches(x, x.getManager(), part -> part.addi(perceived(part)));
  }

  private NDArray perceived(NDArray x) {
    return project.apply(expand.applyGelu(norm.apply(x)));
  }

  /** Keys and values of all frames must be at hand, queries only of those that are listening. */
  private void attend(NDArray x, int valid, NDManager inner) {
    int time = (int) x.getShape().get(1);
    NDArray all =
        keysAndValues(x, inner)
            .reshape(new Shape(time, 2, heads, width / heads))
            .transpose(1, 2, 0, 3); // (2, heads, time, size)
    NDArray keys = all.get("0, :, :" + valid).expandDims(0);
    NDArray values = all.get("1, :, :" + valid).expandDims(0);
    stretches(
        x,
        inner,
        part -> {
          NDArray queries =
              toQueries
                  .apply(attentionNorm.apply(part))
                  .reshape(new Shape(1, part.getShape().get(1), heads, width / heads))
                  .transpose(0, 2, 1, 3);
          NDArray heard = ops.sdpa(queries, keys, values, false); // (1, heads, part, size)
          part.addi(fromAttention.apply(heard.transpose(0, 2, 1, 3).reshape(part.getShape())));
        });
  }

  private NDArray keysAndValues(NDArray x, NDManager inner) {
    try (NDArray h = attentionNorm.apply(x)) {
      NDArray all = toKeysAndValues.apply(h);
      all.attach(inner);
      return all;
    }
  }

  private interface Step {
    void on(NDArray part);
  }

  /** One after the other, so that what is made of each needs little memory. */
  private static void stretches(NDArray x, NDManager outer, Step step) {
    int time = (int) x.getShape().get(1);
    for (int from = 0; from < time; from += Masked.STRETCH) {
      int to = Math.min(from + Masked.STRETCH, time);
      try (NDManager inner = outer.newSubManager()) {
        step.on(Masked.frames(x, from, to, inner));
      }
    }
  }
}
