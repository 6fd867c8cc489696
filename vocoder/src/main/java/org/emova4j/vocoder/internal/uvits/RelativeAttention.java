package org.emova4j.vocoder.internal.uvits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.nn.Linear;

/**
 * Self-attention that also knows how far apart two places are, up to four (Shaw et al., arXiv
 * 1803.02155): each distance has an embedding that joins the keys and one that joins the values,
 * the same for all heads. Beyond the window there is neither. Letters: T places, H heads, D
 * channels a head, W = 2 * 4 + 1 distances. Safe for concurrent use.
 */
final class RelativeAttention {
  private static final int REACH = 4;
  private static final int DISTANCES = 2 * REACH + 1;

  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear out;
  private final NDArray keyDistances; // (D, W)
  private final NDArray valueDistances; // (W, D)
  private final int heads;
  private final int size; // D

  private RelativeAttention(UvitsWeights weights, String name, int width, int heads)
      throws ModelUnavailableException {
    this.heads = heads;
    size = width / heads;
    query = weights.pointwise(name + ".conv_q", width, width);
    key = weights.pointwise(name + ".conv_k", width, width);
    value = weights.pointwise(name + ".conv_v", width, width);
    out = weights.pointwise(name + ".conv_o", width, width);
    keyDistances = distances(weights, name + ".emb_rel_k").transpose();
    valueDistances = distances(weights, name + ".emb_rel_v");
  }

  /**
   * Reads the weights below {@code NAME.}.
   *
   * @param heads must divide the width
   */
  static RelativeAttention read(UvitsWeights weights, String name, int width, int heads)
      throws ModelUnavailableException {
    return new RelativeAttention(weights, name, width, heads);
  }

  private NDArray distances(UvitsWeights weights, String name) throws ModelUnavailableException {
    return weights
        .scope()
        .constant(weights.scope().values(name, 1, DISTANCES, size), DISTANCES, size);
  }

  /**
   * @param x (1, T, H * D)
   * @param trace sees {@code probabilities}, (H, T, T)
   * @return (1, T, H * D)
   */
  NDArray apply(NDArray x, Trace trace) {
    int length = (int) x.getShape().get(1);
    NDArray q = split(query.apply(x)).div(Math.sqrt(size)); // (H, T, D)
    NDArray scores = q.matMul(split(key.apply(x)).transpose(0, 2, 1)); // (H, T, T)
    scores = scores.add(spread(q.matMul(keyDistances), length));
    NDArray p = scores.softmax(2);
    trace.at("probabilities", p::toFloatArray);
    NDArray y = p.matMul(split(value.apply(x))).add(gather(p, length).matMul(valueDistances));
    return out.apply(y.transpose(1, 0, 2).reshape(1, length, (long) heads * size));
  }

  /** (1, T, H * D) to (H, T, D). */
  private NDArray split(NDArray x) {
    return x.reshape(x.getShape().get(1), heads, size).transpose(1, 0, 2);
  }

  /**
   * From distances to places: (H, T, W) to (H, T, T) with the value of distance d at (i, i + d) and
   * zeros elsewhere. Rows that are one longer than they are read as shift by one from row to row.
   */
  private NDArray spread(NDArray byDistance, int length) {
    long wide = length + DISTANCES - 1L;
    return byDistance
        .pad(new Shape(0, length), 0)
        .reshape(heads, length * (wide + 1))
        .get(":, :{}", length * wide)
        .reshape(heads, length, wide)
        .get(":, :, {}:{}", REACH, REACH + length);
  }

  /** From places to distances: (H, T, T) to (H, T, W), what {@link #spread} does the other way. */
  private NDArray gather(NDArray byPlace, int length) {
    long wide = length + DISTANCES - 1L;
    return byPlace
        .pad(new Shape(REACH, REACH), 0)
        .reshape(heads, length * wide)
        .pad(new Shape(0, length), 0)
        .reshape(heads, length, wide + 1)
        .get(":, :, :{}", DISTANCES);
  }
}
