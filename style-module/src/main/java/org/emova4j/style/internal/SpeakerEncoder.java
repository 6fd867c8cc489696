package org.emova4j.style.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.dsp.LogMel;
import org.emova4j.engine.nn.Conv1d;
import org.emova4j.engine.nn.Linear;

/**
 * Who speaks: two convolutions over log-mel, weighted mean and deviation over time, two layers.
 * Reference: {@code SpeakerEncoder} in {@code training/lite/networks.py}. Letters: T frames, D =
 * 128. Safe for concurrent use.
 */
final class SpeakerEncoder implements AutoCloseable {
  /** Euclidean length of an embedding. */
  static final double LENGTH = 8;

  private static final int WIDTH = 128;
  private static final int HIDDEN = 256;
  private static final float LEAST_VARIANCE = 1e-6f;

  private final NetworkScope scope;
  private final Ops ops;
  private final Conv1d conv1;
  private final Conv1d conv2;
  private final Linear hidden;
  private final Linear out;

  /**
   * Reads and checks all weights.
   *
   * @param scope is closed with this, or right here if a weight is missing or of the wrong shape
   */
  SpeakerEncoder(NetworkScope scope, Ops ops) throws ModelUnavailableException {
    this.scope = scope;
    this.ops = ops;
    boolean complete = false;
    try {
      conv1 = Conv1d.read(scope, ops, "conv1", LogMel.BANDS, WIDTH, 5, 1);
      conv2 = Conv1d.read(scope, ops, "conv2", WIDTH, WIDTH, 5, 1);
      hidden = Linear.read(scope, "hidden", 2 * (WIDTH + LogMel.BANDS), HIDDEN);
      out = Linear.read(scope, "out", HIDDEN, StyleSpace.SPEAKER_DIMENSIONS);
      scope.freeze();
      complete = true;
    } finally {
      if (!complete) {
        scope.close();
      }
    }
  }

  /**
   * @param mel log-mel minus its active level, of shape [T, 80]
   * @param mask 1 for active frames, 0 for others, of shape [T]
   * @return of shape [64], of length 8
   */
  float[] run(float[] mel, float[] mask) throws SpeechException {
    float count = 0;
    for (float m : mask) {
      count += m;
    }
    float active = Math.max(1, count);
    float[] v =
        scope.call(
            manager -> {
              NDArray x =
                  manager
                      .create(mel, new Shape(1, mask.length, LogMel.BANDS))
                      .transpose(0, 2, 1); // (1, 80, T)
              NDArray h = ops.gelu(conv2.apply(ops.gelu(conv1.apply(x))));
              x = NDArrays.concat(new NDList(x, h), 1); // (1, 80 + D, T)
              NDArray weight = manager.create(mask, new Shape(1, 1, mask.length)).div(active);
              NDArray mean = x.mul(weight).sum(new int[] {2}, true);
              NDArray deviation =
                  x.sub(mean)
                      .square()
                      .mul(weight)
                      .sum(new int[] {2})
                      .clip(LEAST_VARIANCE, Float.MAX_VALUE)
                      .sqrt();
              x = NDArrays.concat(new NDList(mean.squeeze(2), deviation), 1);
              return out.apply(ops.gelu(hidden.apply(x))).toFloatArray();
            });
    double squares = 0;
    for (float value : v) {
      squares += value * value;
    }
    double factor = LENGTH / Math.max(1e-12, Math.sqrt(squares));
    for (int i = 0; i < v.length; i++) {
      v[i] *= (float) factor;
    }
    return v;
  }

  @Override
  public void close() {
    scope.close();
  }
}
