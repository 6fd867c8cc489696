package org.emova4j.eval.internal.observe;

import java.time.Duration;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.eval.Corpus;

/** Recordings of a corpus, up to a length. Safe for concurrent use. */
public record Recordings(AudioReader reader, Duration longest) {
  /**
   * @param rate of the result, in hertz
   * @throws UnsupportedAudioException if it can't be read, is empty or too long
   */
  public Audio read(Corpus.Item item, int rate) throws UnsupportedAudioException {
    Audio sound =
        reader.decode(
            item.file(), new DecodeOptions(rate, longest, DecodeOptions.DEFAULT_MAX_BYTES));
    if (sound.length() == 0) {
      throw new UnsupportedAudioException("%s: holds no sound".formatted(item.file()));
    }
    return sound;
  }
}
