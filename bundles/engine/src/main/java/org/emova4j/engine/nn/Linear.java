package org.emova4j.engine.nn;

import ai.djl.ndarray.NDArray;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;

/**
 * A matrix product and a bias. Safe for concurrent use, inside {@link NetworkScope#call}.
 *
 * @param weight {@code (out, in)}
 * @param bias {@code (out)}
 */
public record Linear(NDArray weight, NDArray bias) {
  /** Reads {@code NAME.weight} and {@code NAME.bias}. */
  public static Linear read(NetworkScope scope, String name, int in, int out)
      throws ModelUnavailableException {
    return new Linear(scope.weight(name + ".weight", out, in), scope.weight(name + ".bias", out));
  }

  /** {@code (.., in)} to {@code (.., out)}. */
  public NDArray apply(NDArray x) {
    return ai.djl.nn.core.Linear.linear(x, weight, bias).singletonOrThrow();
  }
}
