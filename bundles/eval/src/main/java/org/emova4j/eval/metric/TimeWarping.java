package org.emova4j.eval.metric;

import java.util.Arrays;

/**
 * Dynamic time warping with the steps (1, 0), (0, 1) and (1, 1), all of weight 1, without a window
 * (H. Sakoe and S. Chiba, "Dynamic programming algorithm optimization for spoken word recognition",
 * IEEE Trans. ASSP 26, 1978, without slope constraint). Of steps that cost the same, (1, 1) is
 * taken, then (1, 0).
 */
public final class TimeWarping {
  /** Most pairs of frames: two sequences of 8,192 frames (82 s at 10 ms). They take a byte each. */
  public static final long MAX_PAIRS = 1L << 26;

  private static final byte BOTH = 0;
  private static final byte FIRST = 1;
  private static final byte SECOND = 2;

  private TimeWarping() {}

  /** How far two frames are apart: not negative, finite. */
  @FunctionalInterface
  public interface FrameDistance {
    /** The distance of frame i of the first and frame j of the second sequence. */
    double between(int i, int j);
  }

  /**
   * The cheapest path.
   *
   * @param firstLength frames of the first sequence, positive
   * @param secondLength frames of the second sequence, positive
   * @throws IllegalArgumentException if one has no frames, or there are more than {@link
   *     #MAX_PAIRS}
   */
  public static WarpingPath align(int firstLength, int secondLength, FrameDistance distance) {
    if (firstLength < 1 || secondLength < 1 || (long) firstLength * secondLength > MAX_PAIRS) {
      throw new IllegalArgumentException(
          "cannot align %d with %d frames: at least 1 each, at most %d pairs"
              .formatted(firstLength, secondLength, MAX_PAIRS));
    }
    byte[][] steps = new byte[firstLength][secondLength];
    double[] above = new double[secondLength];
    double[] row = new double[secondLength];
    for (int i = 0; i < firstLength; i++) {
      for (int j = 0; j < secondLength; j++) {
        double before = i == 0 && j == 0 ? 0 : Double.POSITIVE_INFINITY;
        byte step = BOTH;
        if (i > 0 && j > 0) {
          before = above[j - 1];
        }
        if (i > 0 && above[j] < before) {
          before = above[j];
          step = FIRST;
        }
        if (j > 0 && row[j - 1] < before) {
          before = row[j - 1];
          step = SECOND;
        }
        row[j] = before + distance.between(i, j);
        steps[i][j] = step;
      }
      double[] spare = above;
      above = row;
      row = spare;
    }
    return back(steps, above[secondLength - 1]);
  }

  private static WarpingPath back(byte[][] steps, double cost) {
    int i = steps.length - 1;
    int j = steps[0].length - 1;
    int[] first = new int[i + j + 1];
    int[] second = new int[i + j + 1];
    int from = first.length;
    while (i >= 0 && j >= 0) {
      first[--from] = i;
      second[from] = j;
      byte step = steps[i][j];
      i -= step == SECOND ? 0 : 1;
      j -= step == FIRST ? 0 : 1;
    }
    return new WarpingPath(
        Arrays.copyOfRange(first, from, first.length),
        Arrays.copyOfRange(second, from, second.length),
        cost);
  }
}
