package org.emova4j.engine.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;

/**
 * ConvNeXt block (arXiv 2201.03545) over time: depthwise convolution, normalisation, feature-wise
 * affine by a condition if there is one, two-layer perceptron with GELU, scaled residual. Safe for
 * concurrent use, inside {@link NetworkScope#call}.
 */
public final class ConvNextBlock {
  private final Ops ops;
  private final Conv1d depthwise;
  private final LayerNorm norm;
  private final Optional<Linear> condition;
  private final Linear expand;
  private final Linear project;
  private final NDArray scale; // (width)

  private ConvNextBlock(
      NetworkScope scope, Ops ops, String name, int width, int kernel, int expansion, int condition)
      throws ModelUnavailableException {
    this.ops = ops;
    depthwise = Conv1d.readDepthwise(scope, ops, name + ".depthwise", width, kernel);
    norm = LayerNorm.read(scope, ops, name + ".norm", width);
    this.condition =
        condition == 0
            ? Optional.empty()
            : Optional.of(Linear.read(scope, name + ".condition", condition, 2 * width));
    expand = Linear.read(scope, name + ".expand", width, expansion * width);
    project = Linear.read(scope, name + ".project", expansion * width, width);
    scale = scope.weight(name + ".scale", width);
  }

  /**
   * Reads the weights below {@code NAME.}.
   *
   * @param kernel odd
   * @param expansion hidden width of the perceptron as a multiple of the width
   * @param condition width of the condition, 0 for none
   */
  public static ConvNextBlock read(
      NetworkScope scope, Ops ops, String name, int width, int kernel, int expansion, int condition)
      throws ModelUnavailableException {
    return new ConvNextBlock(scope, ops, name, width, kernel, expansion, condition);
  }

  /** Without a condition: {@code (batch, time, width)} to the same. */
  public NDArray apply(NDArray x) {
    return apply(x, null);
  }

  /**
   * @param x {@code (1, time, width)}
   * @param given the condition, {@code (1, size)}
   * @return {@code (1, time, width)}, of the manager of {@code x}
   */
  public NDArray apply(NDArray x, NDArray given) {
    // What is only needed here is freed here: at full rate it would add up to hundreds of
    // megabytes.
    try (NDManager inner = x.getManager().newSubManager()) {
      NDArray h = x.transpose(0, 2, 1);
      h.attach(inner);
      h = depthwise.apply(h).transpose(0, 2, 1); // (1, time, width)
      if (condition.isPresent()) {
        NDArray affine = condition.get().apply(given); // (1, 2 * width)
        affine.attach(inner);
        NDList halves = affine.squeeze(0).split(2);
        h = norm.apply(h, halves.get(0).add(1), halves.get(1));
      } else {
        h = norm.apply(h);
      }
      h = project.apply(ops.gelu(expand.apply(h)));
      return x.add(h.mul(scale));
    }
  }
}
