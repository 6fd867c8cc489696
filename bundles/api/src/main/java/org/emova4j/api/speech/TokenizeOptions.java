package org.emova4j.api.speech;

import static java.util.Objects.requireNonNull;

/**
 * How a recording becomes units, where that is a choice.
 *
 * @param rules for what the network can't take in one piece
 */
public record TokenizeOptions(Rules rules) {
  /** What {@link SpeechTokenizer#tokenize(org.emova4j.api.audio.Audio)} does. */
  public static final TokenizeOptions DEFAULT = new TokenizeOptions(Rules.OWN);

  /** How recordings are cut, padded and refused. */
  public enum Rules {
    /** Recordings of any length, and units that cover exactly the recording. */
    OWN,
    /** Those of the implementation that the model was published with, whatever they are. */
    REFERENCE
  }

  public TokenizeOptions {
    requireNonNull(rules, "rules");
  }
}
