package org.emova4j.api.audio;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Writes media files as they are delivered: trimmed, at a loudness, under a peak, with the
 * metadata, chapters and pictures of the file that the sound was made from. The same take and
 * options give the same bytes.
 *
 * <p>Loudness is that of the channels as they are written: a mono file is one channel, as in {@code
 * ffmpeg}'s meter. It is reached by one gain for the whole recording; where that alone would pass
 * the peak, a limiter holds the peaks down, and the gain makes up for what it takes. Nothing is
 * compressed by more than {@link #MAX_LIMITING}: what would need more stays quieter, with a
 * warning.
 *
 * <p>Safe for concurrent use.
 */
@ProviderType
public interface AudioFinisher {
  /** Most decibels that the limiter takes off a peak. */
  double MAX_LIMITING = 12;

  /**
   * Refuses what no recording could be written as.
   *
   * @throws UnsupportedAudioException if the format can't hold the rate, bit rate or channels, or
   *     the container not the format; names them and what could be held
   */
  void check(EncodeOptions encode, Finishing finishing) throws UnsupportedAudioException;

  /**
   * Writes a file, replacing what is there; what it leaves when it fails is no media file.
   *
   * @param encode two channels for one side write it on both; two sides are always two channels
   * @throws IOException if the file can't be written
   * @throws UnsupportedAudioException if the format can't hold it, or the source can't be read
   */
  Finished write(Take take, Path file, EncodeOptions encode, Finishing finishing)
      throws IOException, UnsupportedAudioException;

  /**
   * What was written.
   *
   * @param duration of the sound
   * @param loudness of the result before encoding, in the target's unit; empty if none was asked
   *     for
   * @param lufs integrated loudness of the result before encoding, whatever the target; empty if it
   *     has none, or neither loudness nor a limit was asked for
   * @param truePeak of the result before encoding, in decibels to full scale; empty if neither
   *     loudness nor a limit was asked for
   * @param warnings what the user should look at, a sentence each
   */
  record Finished(
      Duration duration,
      OptionalDouble loudness,
      OptionalDouble lufs,
      OptionalDouble truePeak,
      List<String> warnings) {
    public Finished {
      warnings = List.copyOf(warnings);
    }
  }
}
