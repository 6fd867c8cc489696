package org.emova4j.batch.report;

import java.nio.file.Path;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.UnsupportedAudioException;

/** How the sound of a file looks. */
@FunctionalInterface
public interface Pictures {
  /** Shows none. */
  Pictures NONE = (file, seconds) -> Optional.empty();

  /** Longest recording that is decoded again for a picture, in seconds. */
  double MAX_SECONDS = 1_800;

  /** Rate at which sound is looked at: speech has little above 8 kHz. */
  int SAMPLE_RATE = 16_000;

  /**
   * A PNG file.
   *
   * @param seconds length of the recording, as far as it is known; else 0
   * @return empty if the file is gone, no sound, or too long
   */
  Optional<byte[]> of(Path file, double seconds);

  /** Where a reader comes from. */
  @FunctionalInterface
  interface ReaderSource {
    AudioReader get() throws ModelUnavailableException;
  }

  /** Spectrograms of what a reader can read. */
  static Pictures spectrograms(ReaderSource readers) {
    DecodeOptions options =
        new DecodeOptions(
            SAMPLE_RATE,
            java.time.Duration.ofSeconds((long) MAX_SECONDS),
            DecodeOptions.DEFAULT_MAX_BYTES);
    return (file, seconds) -> {
      if (seconds > MAX_SECONDS) {
        return Optional.empty();
      }
      try {
        Audio sound = readers.get().decode(file, options);
        return sound.length() == 0 ? Optional.empty() : Optional.of(Spectrogram.png(sound));
      } catch (UnsupportedAudioException | ModelUnavailableException e) {
        return Optional.empty(); // what failed has no picture
      }
    };
  }
}
