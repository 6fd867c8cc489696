package org.emova4j.qwen.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;

/**
 * One layer of the decoder: attention and a perceptron, each behind a normalisation and with a
 * residual. Letters: N new tokens, T all so far, H width, A query heads, K key heads, G = A / K, S
 * size of a head. Safe for concurrent use, inside {@link NetworkScope#call}.
 */
final class DecoderLayer {
  private final Ops ops;
  private final QwenConfig config;
  private final NDArray attentionNorm; // (H)
  private final Dense query;
  private final Dense key;
  private final Dense value;
  private final Dense output;
  private final NDArray perceptronNorm; // (H)
  private final Dense gate;
  private final Dense up;
  private final Dense down;

  /**
   * @param name e.g. {@code model.layers.0}
   */
  DecoderLayer(NetworkScope scope, Ops ops, QwenConfig config, Precision precision, String name)
      throws ModelUnavailableException {
    this.ops = ops;
    this.config = config;
    int hidden = config.hiddenSize();
    int queries = config.heads() * config.headSize();
    int keys = config.keyHeads() * config.headSize();
    int inner = config.innerSize();
    attentionNorm = scope.weight(name + ".input_layernorm.weight", hidden);
    String attention = name + ".self_attn.";
    query = Dense.read(scope, ops, precision, attention + "q_proj", hidden, queries, true);
    key = Dense.read(scope, ops, precision, attention + "k_proj", hidden, keys, true);
    value = Dense.read(scope, ops, precision, attention + "v_proj", hidden, keys, true);
    output = Dense.read(scope, ops, precision, attention + "o_proj", queries, hidden, false);
    perceptronNorm = scope.weight(name + ".post_attention_layernorm.weight", hidden);
    gate = Dense.read(scope, ops, precision, name + ".mlp.gate_proj", hidden, inner, false);
    up = Dense.read(scope, ops, precision, name + ".mlp.up_proj", hidden, inner, false);
    down = Dense.read(scope, ops, precision, name + ".mlp.down_proj", inner, hidden, false);
  }

  /**
   * @param x {@code (N, H)}
   * @param cache of this layer, gets the new keys and values
   * @param step where the new tokens are
   * @return {@code (N, H)}, of the manager of {@code x}
   */
  NDArray apply(NDArray x, LayerCache cache, Step step) {
    // What is only needed here is freed here.
    try (NDManager inner = x.getManager().newSubManager()) {
      NDArray h = ops.rmsNorm(x, attentionNorm, config.epsilon());
      h.attach(inner);
      NDArray y = x.add(output.apply(attend(h, cache, step)));
      NDArray z = ops.rmsNorm(y, perceptronNorm, config.epsilon());
      z.attach(inner);
      NDArray result = y.add(down.apply(ops.swiGlu(gate.apply(z), up.apply(z))));
      y.close();
      return result;
    }
  }

  /** {@code (N, H)} to {@code (N, A * S)}. */
  private NDArray attend(NDArray h, LayerCache cache, Step step) {
    int n = step.count();
    int total = step.from() + n;
    int keyHeads = config.keyHeads();
    int group = config.heads() / keyHeads;
    int size = config.headSize();
    ops.store(rotate(heads(key.apply(h), keyHeads), step), cache.keys(), step.from());
    ops.store(heads(value.apply(h), keyHeads), cache.values(), step.from());
    NDArray q = rotate(heads(query.apply(h), config.heads()), step); // (A, N, S)
    NDIndex soFar = new NDIndex(":, 0:" + total);
    try (NDArray keys = cache.keys().get(h.getManager(), soFar);
        NDArray values = cache.values().get(h.getManager(), soFar)) { // (K, T, S)
      if (n == 1) {
        // Heads of a group read the same keys, so they can be the queries of one head.
        return ops.sdpa(
                q.reshape(1, keyHeads, group, size),
                keys.expandDims(0),
                values.expandDims(0),
                false)
            .reshape(1, (long) config.heads() * size);
      }
      Shape shared = new Shape(keyHeads, group, total, size);
      NDArray grouped = q.reshape(keyHeads, group, n, size);
      NDArray k = keys.expandDims(1).broadcast(shared); // a view: nothing is copied
      NDArray v = values.expandDims(1).broadcast(shared);
      NDArray mixed =
          step.mask().isPresent()
              ? ops.sdpa(grouped, k, v, step.mask().get())
              : ops.sdpa(grouped, k, v, true);
      return mixed
          .reshape(config.heads(), n, size)
          .transpose(1, 0, 2)
          .reshape(n, (long) config.heads() * size);
    }
  }

  /** {@code (N, count * S)} to {@code (count, N, S)}. */
  private NDArray heads(NDArray x, int count) {
    return x.reshape(x.getShape().get(0), count, config.headSize()).transpose(1, 0, 2);
  }

  private NDArray rotate(NDArray x, Step step) {
    return ops.rotate(x, step.cos(), step.sin());
  }
}
