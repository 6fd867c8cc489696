package org.emova4j.engine.nn;

import ai.djl.ndarray.NDArray;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;

/**
 * Normalisation of the last axis. Safe for concurrent use, inside {@link NetworkScope#call}.
 *
 * @param ops the operators
 * @param weight {@code (width)}
 * @param bias {@code (width)}
 */
public record LayerNorm(Ops ops, NDArray weight, NDArray bias) {
  private static final double EPSILON = 1e-5;

  /** Reads {@code NAME.weight} and {@code NAME.bias}. */
  public static LayerNorm read(NetworkScope scope, Ops ops, String name, int width)
      throws ModelUnavailableException {
    return new LayerNorm(
        ops, scope.weight(name + ".weight", width), scope.weight(name + ".bias", width));
  }

  /** {@code (.., width)} to the same. */
  public NDArray apply(NDArray x) {
    return ops.layerNorm(x, weight, bias, EPSILON);
  }

  /**
   * The same followed by {@code h * gain + shift}, in one step.
   *
   * @param gain {@code (width)}, of a call's manager
   * @param shift {@code (width)}, of a call's manager
   */
  public NDArray apply(NDArray x, NDArray gain, NDArray shift) {
    return ops.layerNorm(x, gain.mul(weight), gain.mul(bias).add(shift), EPSILON);
  }
}
