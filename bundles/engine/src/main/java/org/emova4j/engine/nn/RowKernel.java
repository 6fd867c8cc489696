package org.emova4j.engine.nn;

import ai.djl.ndarray.NDArray;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;

/** The weight of a convolution over rows, see {@link Ops#convRows}. */
public final class RowKernel {
  private RowKernel() {}

  /**
   * @param weight {@code (out, in, kernel)} in row-major order
   * @return {@code (out, in, 1, kernel)} with the second axis last in memory, of the scope's own
   *     manager
   */
  public static NDArray of(NetworkScope scope, float[] weight, int out, int in, int kernel)
      throws ModelUnavailableException {
    float[] rows = new float[weight.length];
    for (int i = 0; i < out; i++) {
      for (int j = 0; j < in; j++) {
        for (int k = 0; k < kernel; k++) {
          rows[(i * kernel + k) * in + j] = weight[(i * in + j) * kernel + k];
        }
      }
    }
    return scope.constant(rows, out, 1, kernel, in).transpose(0, 3, 1, 2);
  }
}
