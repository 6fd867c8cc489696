package org.emova4j.vocoder.internal.uvits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.function.UnaryOperator;

/** Tensors of shape (1, time, channels). */
final class Rows {
  private Rows() {}

  /** Moments from {@code from} (inclusive) to {@code to} (exclusive), a view. */
  static NDArray moments(NDArray x, int from, int to) {
    return from == 0 && to == x.getShape().get(1) ? x : x.get(":, {}:{}", from, to);
  }

  /** Channels from {@code from} (inclusive) to {@code to} (exclusive), a view. */
  static NDArray channels(NDArray x, int from, int to) {
    return x.get(":, :, {}:{}", from, to);
  }

  /**
   * Replaces a tensor by what is computed from it, and frees everything else, the tensor too: at
   * full rate what a network leaves lying adds up to hundreds of megabytes.
   *
   * @param x of a call's manager; not usable afterwards
   * @param step may return a view: libtorch keeps what it shows
   * @return of the same manager
   */
  static NDArray replace(NDArray x, UnaryOperator<NDArray> step) {
    NDManager manager = x.getManager();
    try (NDManager inner = manager.newSubManager()) {
      x.attach(inner);
      NDArray y = step.apply(x);
      y.attach(manager);
      return y;
    }
  }
}
