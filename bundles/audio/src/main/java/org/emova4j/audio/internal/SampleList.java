package org.emova4j.audio.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/** Grows with the samples that were really made. Confined to one thread. */
final class SampleList {
  private static final int FIRST_CHUNK = 1 << 14;
  private static final int MAX_CHUNK = 1 << 20;

  /** A Java array can't hold more. */
  static final int MAX_LENGTH = Integer.MAX_VALUE - 16;

  private final List<float[]> chunks = new ArrayList<>();
  private int usedOfLast;
  private long length;

  long length() {
    return length;
  }

  /** Appends native samples. */
  void add(FloatPointer samples, int count) throws InputLimitException {
    int done = 0;
    while (done < count) {
      float[] chunk = chunkWithRoom();
      int n = Math.min(count - done, chunk.length - usedOfLast);
      samples.position(done).get(chunk, usedOfLast, n);
      advance(n);
      done += n;
    }
    samples.position(0);
  }

  /** Appends silence or drops the newest samples until {@code wanted} are left. */
  void setLength(long wanted) throws InputLimitException {
    while (length > wanted) {
      int n = (int) Math.min(length - wanted, usedOfLast);
      usedOfLast -= n;
      length -= n;
      if (usedOfLast == 0) {
        chunks.remove(chunks.size() - 1);
        usedOfLast = chunks.isEmpty() ? 0 : chunks.get(chunks.size() - 1).length;
      }
    }
    while (length < wanted) {
      float[] chunk = chunkWithRoom();
      int n = (int) Math.min(wanted - length, chunk.length - usedOfLast);
      Arrays.fill(chunk, usedOfLast, usedOfLast + n, 0f);
      advance(n);
    }
  }

  float[] toArray() {
    float[] all = new float[(int) length];
    int at = 0;
    for (float[] chunk : chunks) {
      int n = Math.min(chunk.length, all.length - at);
      System.arraycopy(chunk, 0, all, at, n);
      at += n;
    }
    return all;
  }

  private float[] chunkWithRoom() {
    if (chunks.isEmpty() || usedOfLast == chunks.get(chunks.size() - 1).length) {
      chunks.add(new float[(int) Math.max(FIRST_CHUNK, Math.min(MAX_CHUNK, length))]);
      usedOfLast = 0;
    }
    return chunks.get(chunks.size() - 1);
  }

  private void advance(int n) throws InputLimitException {
    usedOfLast += n;
    length += n;
    if (length > MAX_LENGTH) {
      throw new InputLimitException(
          "it has more than the %d samples that fit in memory".formatted(MAX_LENGTH));
    }
  }
}
