package org.emova4j.api.style;

import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;
import org.osgi.annotation.versioning.ProviderType;

/** Reads the prosody of a recording. Safe for concurrent use. */
@ProviderType
public interface ProsodyAnalyzer {
  /** The sample rate that {@link #analyze} wants, in hertz. */
  int sampleRate();

  /**
   * @param speech at {@link #sampleRate()}
   * @throws IllegalArgumentException if the rate differs
   * @throws SpeechException if analysis fails
   */
  Prosody analyze(Audio speech) throws SpeechException;
}
