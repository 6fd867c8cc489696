package org.emova4j.qwen.internal;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.DecoderWeights;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;

/**
 * One layer of the decoder: attention and a perceptron, each behind a normalisation and with a
 * residual. What reads the same input is one matrix. Safe for concurrent use, inside {@link
 * NetworkScope#call}.
 */
final class DecoderLayer {
  private final Ops ops;
  private final double epsilon;
  private final DecoderWeights weights;

  /**
   * @param name e.g. {@code model.layers.0}
   */
  DecoderLayer(NetworkScope scope, Ops ops, QwenConfig config, Precision precision, String name)
      throws ModelUnavailableException {
    this.ops = ops;
    this.epsilon = config.epsilon();
    int hidden = config.hiddenSize();
    int queries = config.heads() * config.headSize();
    int keys = config.keyHeads() * config.headSize();
    int inner = config.innerSize();
    String q = name + ".self_attn.q_proj";
    String k = name + ".self_attn.k_proj";
    String v = name + ".self_attn.v_proj";
    String perceptron = name + ".mlp.";
    weights =
        new DecoderWeights(
            scope.weight(name + ".input_layernorm.weight", hidden),
            precision.matrix(
                scope,
                List.of(q + ".weight", k + ".weight", v + ".weight"),
                new int[] {queries, keys, keys},
                hidden),
            biases(scope, List.of(q + ".bias", k + ".bias", v + ".bias"), queries, keys, keys),
            one(scope, precision, name + ".self_attn.o_proj.weight", hidden, queries),
            scope.weight(name + ".post_attention_layernorm.weight", hidden),
            precision.matrix(
                scope,
                List.of(perceptron + "gate_proj.weight", perceptron + "up_proj.weight"),
                new int[] {inner, inner},
                hidden),
            one(scope, precision, perceptron + "down_proj.weight", hidden, inner));
  }

  private static NDArray one(
      NetworkScope scope, Precision precision, String name, int rows, int columns)
      throws ModelUnavailableException {
    return precision.matrix(scope, List.of(name), new int[] {rows}, columns);
  }

  private static NDArray biases(NetworkScope scope, List<String> names, int... sizes)
      throws ModelUnavailableException {
    float[] all = new float[IntStream.of(sizes).sum()];
    int at = 0;
    for (int i = 0; i < sizes.length; i++) {
      System.arraycopy(scope.values(names.get(i), sizes[i]), 0, all, at, sizes[i]);
      at += sizes[i];
    }
    return scope.constant(all, all.length);
  }

  /**
   * @param x {@code (tokens, width)}
   * @param cache of this layer, gets the new keys and values
   * @param step where the new tokens are
   * @return of the same shape and manager
   */
  NDArray apply(NDArray x, LayerCache cache, Step step) {
    return ops.decoderLayer(
        x, weights, cache.keys(), cache.values(), step.from(), step.cos(), step.sin(), epsilon);
  }
}
