package org.emova4j.qwen.internal;

import java.util.Arrays;

/** A stretch of a sequence. Whoever makes one gives its array away. */
@SuppressWarnings("ArrayRecordComponent") // never compared, never leaves the package
sealed interface Segment {
  /** Number of tokens. */
  int count();

  /** The part from one token to before another. */
  Segment slice(int from, int to);

  /** Tokens of the vocabulary. */
  record Ids(int[] ids) implements Segment {
    @Override
    public int count() {
      return ids.length;
    }

    @Override
    public Segment slice(int from, int to) {
      return new Ids(Arrays.copyOfRange(ids, from, to));
    }
  }

  /**
   * Rows that stand in for embeddings, as those of an image.
   *
   * @param values {@code (count, width)}
   */
  record Rows(float[] values, int width) implements Segment {
    @Override
    public int count() {
      return values.length / width;
    }

    @Override
    public Segment slice(int from, int to) {
      return new Rows(Arrays.copyOfRange(values, from * width, to * width), width);
    }
  }
}
