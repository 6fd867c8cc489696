package org.emova4j.style.internal.centroids;

import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;

/** Hears a style in a recording. Safe for concurrent use. */
interface ReferenceEncoder extends AutoCloseable {
  /** The rate that {@link #encode} wants, in hertz. */
  int sampleRate();

  /**
   * @return a vector of the style space
   * @throws IllegalArgumentException if the rate differs
   * @throws SpeechException if the recording is too short, or the network fails
   */
  float[] encode(Audio recording) throws SpeechException;

  @Override
  void close();
}
