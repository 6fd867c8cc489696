package org.emova4j.api.vision;

import java.nio.FloatBuffer;

/** An image as rows of embeddings. Immutable and safe for concurrent use. */
public final class VisualTokens {
  private final float[] values;
  private final int hiddenSize;

  private VisualTokens(float[] values, int hiddenSize) {
    if (hiddenSize < 1 || values.length == 0 || values.length % hiddenSize != 0) {
      throw new IllegalArgumentException(
          "%d values are no rows of %d".formatted(values.length, hiddenSize));
    }
    this.values = values;
    this.hiddenSize = hiddenSize;
  }

  /**
   * Takes an array that the caller made for this purpose and must not touch again.
   *
   * @param values of shape [tokens, hiddenSize], by rows
   */
  public static VisualTokens adopt(float[] values, int hiddenSize) {
    return new VisualTokens(values, hiddenSize);
  }

  /** The number of rows. */
  public int count() {
    return values.length / hiddenSize;
  }

  /** The length of a row. */
  public int hiddenSize() {
    return hiddenSize;
  }

  /** A read-only view of all values by rows, without a copy. */
  public FloatBuffer buffer() {
    return FloatBuffer.wrap(values).asReadOnlyBuffer();
  }

  @Override
  public String toString() {
    return "VisualTokens[%d x %d]".formatted(count(), hiddenSize);
  }
}
