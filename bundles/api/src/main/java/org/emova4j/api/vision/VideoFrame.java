package org.emova4j.api.vision;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;

/** A decoded picture of a video. Immutable and safe for concurrent use. */
public final class VideoFrame {
  private final int width;
  private final int height;
  private final byte[] rgb;
  private final int rotation;
  private final String codec;

  private VideoFrame(int width, int height, byte[] rgb, int rotation, String codec) {
    if (width < 1 || height < 1 || (long) width * height * 3 != rgb.length) {
      throw new IllegalArgumentException(
          "%d bytes of RGB are no frame of %d x %d pixels".formatted(rgb.length, width, height));
    }
    if (rotation < 0 || rotation >= 360 || rotation % 90 != 0) {
      throw new IllegalArgumentException(
          "rotation %d is not 0, 90, 180 or 270".formatted(rotation));
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
    this.rotation = rotation;
    this.codec = requireNonNull(codec, "codec");
  }

  /**
   * Takes an array that the caller made for this purpose and must not touch again.
   *
   * @param width in pixels, from 1, as stored
   * @param height in pixels, from 1, as stored
   * @param rgb pixels by rows, three bytes each: {@code width * height * 3}
   * @param rotation by how many degrees it must be turned clockwise to be upright: 0, 90, 180, 270
   * @param codec of the video, by FFmpeg's name, e.g. {@code h264}
   */
  public static VideoFrame adopt(int width, int height, byte[] rgb, int rotation, String codec) {
    return new VideoFrame(width, height, rgb, rotation, codec);
  }

  /** In pixels, as stored. */
  public int width() {
    return width;
  }

  /** In pixels, as stored. */
  public int height() {
    return height;
  }

  /**
   * A read-only view of the pixels by rows, three bytes (red, green, blue) each, without a copy.
   */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(rgb).asReadOnlyBuffer();
  }

  /** By how many degrees it must be turned clockwise to be upright: 0, 90, 180 or 270. */
  public int rotation() {
    return rotation;
  }

  /** Of the video, by FFmpeg's name. */
  public String codec() {
    return codec;
  }

  @Override
  public String toString() {
    return "VideoFrame[%d x %d, %s]".formatted(width, height, codec);
  }
}
