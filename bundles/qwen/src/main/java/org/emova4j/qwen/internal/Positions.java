package org.emova4j.qwen.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Sine and cosine of rotary positions, rounded where the reference rounds: in float. */
final class Positions {
  private final int size;
  private final float[] frequencies;

  /**
   * @param size of a head, even
   */
  Positions(int size, double theta) {
    this.size = size;
    frequencies = new float[size / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1f / (float) Math.pow(theta, 2 * i / (float) size);
    }
  }

  /** {@code (count, size)}. */
  NDArray cos(NDManager manager, int from, int count) {
    return manager.create(table(from, count, true), new Shape(count, size));
  }

  /** {@code (count, size)}. */
  NDArray sin(NDManager manager, int from, int count) {
    return manager.create(table(from, count, false), new Shape(count, size));
  }

  private float[] table(int from, int count, boolean cos) {
    float[] table = new float[count * size];
    for (int n = 0; n < count; n++) {
      for (int i = 0; i < frequencies.length; i++) {
        float angle = frequencies[i] * (from + n);
        float value = (float) (cos ? Math.cos(angle) : Math.sin(angle));
        table[n * size + i] = value;
        table[n * size + size / 2 + i] = value;
      }
    }
    return table;
  }
}
