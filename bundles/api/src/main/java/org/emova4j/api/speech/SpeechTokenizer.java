package org.emova4j.api.speech;

import org.emova4j.api.audio.Audio;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.osgi.annotation.versioning.ProviderType;

/** Turns speech into units: what is said, without who says it and how. Safe for concurrent use. */
@ProviderType
public interface SpeechTokenizer {
  /** The codebook of the units that it writes. */
  Codebook codebook();

  /** The sample rate that {@link #tokenize} wants, in hertz. */
  int sampleRate();

  /**
   * @param speech at {@link #sampleRate()}, of any length; long recordings are processed in pieces,
   *     with the same result
   * @return units with run lengths that cover the recording: {@code ceil(length / samples per
   *     unit)} frames
   * @throws IllegalArgumentException if the rate differs
   * @throws ModelUnavailableException if the tokenizer is just going away; its successor can be
   *     asked
   * @throws InferenceFailedException if the network fails
   */
  UnitSequence tokenize(Audio speech) throws SpeechException;
}
