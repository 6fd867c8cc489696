package org.emova4j.api.audio;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Reads sound from media files and streams of any kind that the provider knows: all channels mixed
 * to one, resampled, every sample delivered. Only local files and the given stream are read;
 * nothing that a file refers to is opened.
 *
 * <p>Safe for concurrent use.
 */
@ProviderType
public interface AudioReader {
  /**
   * Decodes a local file.
   *
   * @return at {@code options.sampleRate()}; N frames at rate r become {@code round(N * sampleRate
   *     / r)} samples
   * @throws UnsupportedAudioException names the file and the reason: missing, no audio in it,
   *     damaged beyond use, or over a limit of the options
   */
  Audio decode(Path file, DecodeOptions options) throws UnsupportedAudioException;

  /**
   * As {@link #decode(Path, DecodeOptions)}, of the channels that a policy names.
   *
   * @return one sound, or for {@link ChannelPolicy#BOTH} of more than one channel the left and the
   *     right one, of the same length
   * @throws UnsupportedAudioException as above
   */
  List<Audio> decode(Path file, ChannelPolicy channels, DecodeOptions options)
      throws UnsupportedAudioException;

  /**
   * Decodes a stream to its end, and leaves it open.
   *
   * @param name what messages call the stream
   * @throws UnsupportedAudioException as above, and if reading fails
   */
  Audio decode(InputStream stream, String name, DecodeOptions options)
      throws UnsupportedAudioException;

  /**
   * What the file says of its first audio stream.
   *
   * @throws UnsupportedAudioException names the file and the reason
   */
  AudioInfo probe(Path file) throws UnsupportedAudioException;

  /** As {@link #probe(Path)}, of a stream, which is left open and wherever reading ended. */
  AudioInfo probe(InputStream stream, String name) throws UnsupportedAudioException;
}
