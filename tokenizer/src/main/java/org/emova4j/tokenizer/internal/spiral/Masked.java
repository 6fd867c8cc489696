package org.emova4j.tokenizer.internal.spiral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/** Frames of which only the first count. */
final class Masked {
  /** Frames that go at once through what needs much memory for each. */
  static final int STRETCH = 320;

  private Masked() {}

  /**
   * Zeros for the frames that don't count, and around all.
   *
   * @param x {@code (1, time, width)}
   * @param valid at most the time
   * @param manager of the result: even a view that stayed behind would hold all of {@code x}
   * @return {@code (1, left + time + right, width)}
   */
  static NDArray padded(NDArray x, int valid, int left, int right, NDManager manager) {
    int time = (int) x.getShape().get(1);
    return frames(x, 0, valid, manager).pad(new Shape(0, 0, left, right + time - valid), 0);
  }

  /** Frames {@code from} to {@code to}, a view. */
  static NDArray frames(NDArray x, int from, int to) {
    return x.get(new NDIndex().addAllDim().addSliceDim(from, to));
  }

  /** The same, of a manager that is closed before that of {@code x}. */
  static NDArray frames(NDArray x, int from, int to, NDManager manager) {
    NDArray view = frames(x, from, to);
    view.attach(manager);
    return view;
  }
}
