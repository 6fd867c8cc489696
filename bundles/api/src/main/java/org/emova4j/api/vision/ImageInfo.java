package org.emova4j.api.vision;

import static java.util.Objects.requireNonNull;

/**
 * What an image's file says of itself, and what a model will see of it. Sizes are in pixels.
 *
 * @param format e.g. {@code jpeg}, {@code png}, {@code webp}; of a video, its codec
 * @param width as stored
 * @param height as stored
 * @param orientation how it is stored, as EXIF counts: 1 (upright) to 8
 * @param uprightWidth after rotation
 * @param uprightHeight after rotation
 * @param sentWidth as sent, after the shrinking that the level of detail asks for
 * @param sentHeight as sent
 * @param modelWidth after the model's own resize, a multiple of {@link PreparedImage#TOKEN_SIDE}
 * @param modelHeight after the model's own resize, likewise
 */
public record ImageInfo(
    String format,
    int width,
    int height,
    int orientation,
    int uprightWidth,
    int uprightHeight,
    int sentWidth,
    int sentHeight,
    int modelWidth,
    int modelHeight) {
  public ImageInfo {
    requireNonNull(format, "format");
  }

  /** How many tokens of the context it takes, exactly. */
  public int tokens() {
    return (modelWidth / PreparedImage.TOKEN_SIDE) * (modelHeight / PreparedImage.TOKEN_SIDE);
  }
}
