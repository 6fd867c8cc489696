package org.emova4j.eval.metric;

/**
 * Dynamic time warping with the steps (1, 0), (0, 1) and (1, 1), all of weight 1, without a window
 * (H. Sakoe and S. Chiba, "Dynamic programming algorithm optimization for spoken word recognition",
 * IEEE Trans. ASSP 26, 1978, symmetric form without slope constraint). Of paths that cost the same,
 * the one nearer to the diagonal is taken.
 */
public final class TimeWarping {
  /** Most cells of the table of one alignment: sequences of 16,384 frames each. */
  public static final long MAX_CELLS = 1L << 28;

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
   *     #MAX_CELLS} pairs
   */
  public static WarpingPath align(int firstLength, int secondLength, FrameDistance distance) {
    return Later.yet();
  }
}
