package org.emova4j.qwen.internal;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;

/**
 * A matrix product, with a bias or without. Safe for concurrent use, inside {@link
 * NetworkScope#call}.
 *
 * @param weight {@code (out, in)}
 * @param bias {@code (out)}
 */
record Dense(Ops ops, NDArray weight, Optional<NDArray> bias) {
  static Dense read(
      NetworkScope scope, Ops ops, Precision precision, String name, int in, int out, boolean bias)
      throws ModelUnavailableException {
    return new Dense(
        ops,
        precision.matrix(scope, List.of(name + ".weight"), new int[] {out}, in),
        bias ? Optional.of(scope.weight(name + ".bias", out)) : Optional.empty());
  }

  /** {@code (.., in)} to {@code (.., out)}. */
  NDArray apply(NDArray x) {
    NDArray y = ops.linear(x, weight);
    return bias.isPresent() ? y.add(bias.get()) : y;
  }
}
