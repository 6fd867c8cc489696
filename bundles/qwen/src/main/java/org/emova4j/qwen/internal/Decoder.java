package org.emova4j.qwen.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.NetworkState;
import org.emova4j.engine.Ops;

/**
 * The Qwen2 decoder (arXiv 2407.10671): pre-normalised layers of grouped-query attention with
 * rotary positions and a gated perceptron. Its weights have the names of Hugging Face's {@code
 * Qwen2ForCausalLM}. Safe for concurrent use.
 */
final class Decoder {
  private final NetworkScope scope;
  private final Ops ops;
  private final QwenConfig config;
  private final NDArray embeddings; // (rows, H)
  private final List<DecoderLayer> layers = new ArrayList<>();
  private final NDArray norm; // (H)
  private final NDArray head; // (rows, H)
  private final Positions positions;

  /**
   * Reads and checks all weights.
   *
   * @param scope is the caller's to close
   */
  Decoder(NetworkScope scope, Ops ops, QwenConfig config, Precision precision)
      throws ModelUnavailableException {
    this.scope = scope;
    this.ops = ops;
    this.config = config;
    Names names = new Names(scope.names());
    String model = names.before("embed_tokens.weight");
    int rows = config.rows();
    int hidden = config.hiddenSize();
    embeddings = precision.read(scope, model + "embed_tokens.weight", rows, hidden);
    for (int i = 0; i < config.layers(); i++) {
      layers.add(new DecoderLayer(scope, ops, config, precision, model + "layers." + i));
    }
    norm = scope.weight(model + "norm.weight", hidden);
    head =
        config.tied()
            ? embeddings
            : precision.read(
                scope, names.before("lm_head.weight") + "lm_head.weight", rows, hidden);
    positions = new Positions(config.headSize(), config.theta());
  }

  QwenConfig config() {
    return config;
  }

  /**
   * Begins a sequence.
   *
   * @param capacity most tokens that it can have
   * @throws SpeechException if the network is closed or there is no memory
   */
  Sequence open(int capacity) throws SpeechException {
    NetworkState state = scope.openState();
    boolean complete = false;
    try {
      List<LayerCache> caches =
          scope.call(
              manager -> {
                List<LayerCache> made = new ArrayList<>();
                Shape shape = new Shape(config.keyHeads(), capacity, config.headSize());
                for (int i = 0; i < config.layers(); i++) {
                  made.add(
                      new LayerCache(state.manager().create(shape), state.manager().create(shape)));
                }
                return made;
              });
      complete = true;
      return new Sequence(this, state, caches, capacity);
    } finally {
      if (!complete) {
        state.close();
      }
    }
  }

  /**
   * One pass over new tokens.
   *
   * @param caches of the sequence
   * @param from position of the first new token
   * @param segment the new tokens
   * @param wanted whether the logits are
   * @return logits of what follows the last token, one for each row; empty if they aren't wanted
   */
  float[] run(List<LayerCache> caches, int from, Segment segment, boolean wanted)
      throws SpeechException {
    return scope.call(
        manager -> {
          NDArray x = embed(manager, segment);
          Step step = step(manager, from, segment.count());
          for (int i = 0; i < layers.size(); i++) {
            NDArray next = layers.get(i).apply(x, caches.get(i), step);
            x.close();
            x = next;
          }
          if (!wanted) {
            return new float[0];
          }
          NDArray last = x.get(segment.count() - 1L).expandDims(0); // (1, H)
          return ops.linear(ops.rmsNorm(last, norm, config.epsilon()), head).toFloatArray();
        });
  }

  private NDArray embed(NDManager manager, Segment segment) {
    if (segment instanceof Segment.Rows rows) {
      return manager.create(rows.values(), new Shape(rows.count(), config.hiddenSize()));
    }
    Segment.Ids ids = (Segment.Ids) segment;
    long[] wide = new long[ids.count()];
    for (int i = 0; i < wide.length; i++) {
      if (ids.ids()[i] < 0 || ids.ids()[i] >= config.rows()) {
        throw new IllegalArgumentException(
            "token %d is outside 0..%d".formatted(ids.ids()[i], config.rows() - 1));
      }
      wide[i] = ids.ids()[i];
    }
    return ops.embedding(manager.create(wide), embeddings);
  }

  private Step step(NDManager manager, int from, int count) {
    return new Step(from, positions.cos(manager, from, count), positions.sin(manager, from, count));
  }
}
