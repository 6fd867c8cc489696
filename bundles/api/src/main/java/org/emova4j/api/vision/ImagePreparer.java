package org.emova4j.api.vision;

import java.io.IOException;
import java.nio.file.Path;
import org.emova4j.api.speech.UnsupportedImageException;
import org.osgi.annotation.versioning.ProviderType;

/** Decodes images and sizes them for a model. Safe for concurrent use. */
@ProviderType
public interface ImagePreparer {
  /**
   * @param image an encoded image
   * @throws UnsupportedImageException if it can't be decoded, or is over a limit on its pixels or
   *     proportions
   */
  PreparedImage prepare(byte[] image, Detail detail) throws UnsupportedImageException;

  /**
   * @param image an image, or a video whose first frame is taken
   * @throws IOException if the file can't be read
   * @throws UnsupportedImageException as above; names the file
   */
  PreparedImage prepare(Path image, Detail detail) throws IOException, UnsupportedImageException;

  /**
   * What {@link #prepare(Path, Detail)} would make of a file, by its header alone (of a video, by
   * its first frame).
   *
   * @throws IOException if the file can't be read
   * @throws UnsupportedImageException if the header shows already that it can't be used
   */
  ImageInfo inspect(Path image, Detail detail) throws IOException, UnsupportedImageException;

  /**
   * The model's own preprocessing, for an encoder in this process: resized and cut into patches.
   */
  ImagePatches patches(PreparedImage image);
}
