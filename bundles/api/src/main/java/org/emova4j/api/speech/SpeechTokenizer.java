package org.emova4j.api.speech;

import java.util.Optional;
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
   * @param speech at {@link #sampleRate()}, of any length; long recordings are processed in pieces.
   *     A network that hears a whole piece at once may then give other units near a seam than it
   *     would if it could hear everything; its documentation says how much of the surroundings each
   *     unit has
   * @return units with run lengths that cover the recording: {@code ceil(length / samples per
   *     unit)} frames
   * @throws IllegalArgumentException if the rate differs
   * @throws ModelUnavailableException if the tokenizer is just going away; its successor can be
   *     asked
   * @throws InferenceFailedException if the network fails
   */
  UnitSequence tokenize(Audio speech) throws SpeechException;

  /**
   * As {@link #tokenize(Audio)}, with a choice of rules. Under {@link
   * TokenizeOptions.Rules#REFERENCE} the number of units may differ from what covers the recording.
   *
   * @throws IllegalArgumentException also if the tokenizer knows no rules but its own
   * @throws UnsupportedAudioException if the chosen rules refuse the recording, e.g. as too short
   */
  default UnitSequence tokenize(Audio speech, TokenizeOptions options) throws SpeechException {
    if (options.rules() != TokenizeOptions.Rules.OWN) {
      throw new IllegalArgumentException(
          "the tokenizer of codebook %s knows no rules but its own".formatted(codebook().id()));
    }
    return tokenize(speech);
  }

  /** What tells phones from its units; empty if the model has nothing for that. */
  default Optional<PhoneRecognizer> phones() {
    return Optional.empty();
  }
}
