package org.emova4j.api.audio;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Writes sound to media files and streams. Samples outside [-1, 1] are clipped, except in {@link
 * AudioFormat#WAV_FLOAT}.
 *
 * <p>Safe for concurrent use.
 */
@ProviderType
public interface AudioWriter {
  /**
   * Writes a file whole or not at all: under a temporary name beside it, renamed when it is
   * complete. An existing file is replaced.
   *
   * @throws IOException if the file can't be written
   * @throws UnsupportedAudioException if the format can't hold this rate, bit rate or channel
   *     count; names what it can
   */
  void encode(Audio audio, Path file, EncodeOptions options)
      throws IOException, UnsupportedAudioException;

  /** Writes to a stream (which need not seek), flushes it and leaves it open. */
  void encode(Audio audio, OutputStream stream, EncodeOptions options)
      throws IOException, UnsupportedAudioException;
}
