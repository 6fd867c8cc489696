package org.emova4j.qwen.internal;

import ai.djl.ndarray.NDArray;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;

/**
 * Normalisation of the last axis as the vision encoder has it. Safe for concurrent use, inside
 * {@link NetworkScope#call}.
 *
 * @param weight {@code (width)}
 * @param bias {@code (width)}
 */
record VisionNorm(Ops ops, NDArray weight, NDArray bias) {
  private static final double EPSILON = 1e-6;

  static VisionNorm read(NetworkScope scope, Ops ops, String name, int width)
      throws ModelUnavailableException {
    return new VisionNorm(
        ops, scope.weight(name + ".weight", width), scope.weight(name + ".bias", width));
  }

  NDArray apply(NDArray x) {
    return ops.layerNorm(x, weight, bias, EPSILON);
  }
}
