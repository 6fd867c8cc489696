package org.emova4j.api.vision;

import java.nio.FloatBuffer;

/**
 * An image as the rows that a Qwen2-VL vision encoder reads: normalised pixels of shape [rows *
 * columns, {@link #PATCH_LENGTH}]. A row is a patch of 14 x 14 pixels in the order channel, frame
 * (two equal ones), y, x. Patches run over blocks of 2 x 2, line by line, and inside a block line
 * by line, so that the four that become one token follow each other.
 *
 * <p>Immutable and safe for concurrent use.
 */
public final class ImagePatches {
  /** Side of a patch, in pixels. */
  public static final int PATCH_SIDE = 14;

  /** Values of a patch: 3 channels, 2 frames, 14 x 14 pixels. */
  public static final int PATCH_LENGTH = 3 * 2 * PATCH_SIDE * PATCH_SIDE;

  private final float[] values;
  private final int rows;
  private final int columns;

  private ImagePatches(float[] values, int rows, int columns) {
    if (rows < 2 || columns < 2 || rows % 2 != 0 || columns % 2 != 0) {
      throw new IllegalArgumentException(
          "grid %d x %d is not of even sides from 2 on".formatted(rows, columns));
    }
    if ((long) rows * columns * PATCH_LENGTH != values.length) {
      throw new IllegalArgumentException(
          "%d values are no grid of %d x %d patches".formatted(values.length, rows, columns));
    }
    this.values = values;
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * Takes an array that the caller made for this purpose and must not touch again.
   *
   * @param values of shape [rows * columns, {@link #PATCH_LENGTH}]
   * @param rows of the grid of patches, even, from 2
   * @param columns of the grid of patches, even, from 2
   * @throws IllegalArgumentException if the sizes don't fit
   */
  public static ImagePatches adopt(float[] values, int rows, int columns) {
    return new ImagePatches(values, rows, columns);
  }

  /** Of the grid of patches: the model's height / 14. */
  public int rows() {
    return rows;
  }

  /** Of the grid of patches: the model's width / 14. */
  public int columns() {
    return columns;
  }

  /** The number of patches, four for each token. */
  public int count() {
    return rows * columns;
  }

  /** A read-only view of all values, without a copy. */
  public FloatBuffer buffer() {
    return FloatBuffer.wrap(values).asReadOnlyBuffer();
  }

  @Override
  public String toString() {
    return "ImagePatches[%d x %d]".formatted(rows, columns);
  }
}
