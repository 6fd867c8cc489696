package org.emova4j.api.vision;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Base64;

/**
 * An image as it is handed to a model: upright RGB pixels, the same pixels as a file, and the size
 * that the model's own preprocessing gives them, which settles how many tokens they take.
 *
 * <p>Immutable and safe for concurrent use.
 */
public final class PreparedImage {
  /**
   * Sides of the model's input are multiples of this, in pixels: one visual token covers a square.
   */
  public static final int TOKEN_SIDE = 28;

  private final int width;
  private final int height;
  private final byte[] rgb;
  private final byte[] file;
  private final String mediaType;
  private final int modelWidth;
  private final int modelHeight;

  private PreparedImage(
      int width,
      int height,
      byte[] rgb,
      byte[] file,
      String mediaType,
      int modelWidth,
      int modelHeight) {
    if (width < 1 || height < 1 || (long) width * height * 3 != rgb.length) {
      throw new IllegalArgumentException(
          "%d bytes of RGB are no image of %d x %d pixels".formatted(rgb.length, width, height));
    }
    if (file.length == 0) {
      throw new IllegalArgumentException("file is empty");
    }
    requireMultiple("modelWidth", modelWidth);
    requireMultiple("modelHeight", modelHeight);
    this.width = width;
    this.height = height;
    this.rgb = rgb;
    this.file = file;
    this.mediaType = requireNonNull(mediaType, "mediaType");
    this.modelWidth = modelWidth;
    this.modelHeight = modelHeight;
  }

  private static void requireMultiple(String name, int value) {
    if (value < TOKEN_SIDE || value % TOKEN_SIDE != 0) {
      throw new IllegalArgumentException(
          "%s %d is no positive multiple of %d".formatted(name, value, TOKEN_SIDE));
    }
  }

  /**
   * Takes arrays that the caller made for this purpose and must not touch again.
   *
   * @param width in pixels, from 1
   * @param height in pixels, from 1
   * @param rgb pixels by rows, three bytes each: {@code width * height * 3}
   * @param file the same pixels, encoded
   * @param mediaType of {@code file}, e.g. {@code image/png}
   * @param modelWidth width after the model's own resize, in pixels, a multiple of {@link
   *     #TOKEN_SIDE}
   * @param modelHeight height after the model's own resize, likewise
   * @throws IllegalArgumentException if the sizes don't fit
   */
  public static PreparedImage adopt(
      int width,
      int height,
      byte[] rgb,
      byte[] file,
      String mediaType,
      int modelWidth,
      int modelHeight) {
    return new PreparedImage(width, height, rgb, file, mediaType, modelWidth, modelHeight);
  }

  /** In pixels. */
  public int width() {
    return width;
  }

  /** In pixels. */
  public int height() {
    return height;
  }

  /** A copy of the pixels by rows, three bytes (red, green, blue) each. */
  public byte[] rgb() {
    return rgb.clone();
  }

  /** A copy of the encoded image. */
  public byte[] file() {
    return file.clone();
  }

  /** Of {@link #file()}, e.g. {@code image/png}. */
  public String mediaType() {
    return mediaType;
  }

  /** Width after the model's own resize, in pixels. */
  public int modelWidth() {
    return modelWidth;
  }

  /** Height after the model's own resize, in pixels. */
  public int modelHeight() {
    return modelHeight;
  }

  /** How many tokens of the context it takes, exactly. */
  public int tokens() {
    return (modelWidth / TOKEN_SIDE) * (modelHeight / TOKEN_SIDE);
  }

  /** {@link #file()} in base64, without line breaks. */
  public String base64() {
    return Base64.getEncoder().encodeToString(file);
  }

  /** As a {@code data:} URL. */
  public String dataUrl() {
    return "data:" + mediaType + ";base64," + base64();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PreparedImage i
        && width == i.width
        && height == i.height
        && modelWidth == i.modelWidth
        && modelHeight == i.modelHeight
        && mediaType.equals(i.mediaType)
        && Arrays.equals(file, i.file)
        && Arrays.equals(rgb, i.rgb);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(file);
  }

  @Override
  public String toString() {
    return "PreparedImage[%d x %d pixels, %d tokens]".formatted(width, height, tokens());
  }
}
