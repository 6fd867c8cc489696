package org.emova4j.api.vision;

import java.nio.file.Path;
import java.time.Duration;
import org.emova4j.api.speech.UnsupportedImageException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Reads single pictures from videos. Only the local file is read; nothing that it refers to is
 * opened. Safe for concurrent use.
 */
@ProviderType
public interface FrameReader {
  /**
   * The picture that is shown at a time, in full resolution.
   *
   * @param at from the start of the video; zero is the first picture, and past the end the last
   * @param maxPixels a video of more pixels a picture is refused before any is decoded
   * @throws UnsupportedImageException names the file and the reason: missing, no video in it,
   *     damaged beyond use, or over the limit
   */
  VideoFrame frame(Path video, Duration at, long maxPixels) throws UnsupportedImageException;
}
