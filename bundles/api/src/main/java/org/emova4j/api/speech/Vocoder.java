package org.emova4j.api.speech;

import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.osgi.annotation.versioning.ProviderType;

/** Turns units and a style into speech. Safe for concurrent use. */
@ProviderType
public interface Vocoder {
  /** The codebook of the units that it reads. */
  Codebook codebook();

  /** Id of the style space that it reads. */
  String styleSpace();

  /** The sample rate of what it makes, in hertz. */
  int sampleRate();

  /**
   * Whether prosody that is given shapes the sound. If not, melody and loudness always come from
   * units and style alone, and so does the speed of units without timing; whoever would analyze a
   * recording for its prosody can spare the work.
   */
  default boolean readsProsody() {
    return true;
  }

  /**
   * @param units of {@link #codebook()}; where they carry run lengths these give the timing, else
   *     it is predicted
   * @param style of {@link #styleSpace()}
   * @param prosody the source's melody and loudness, carried over and changed as the style says;
   *     only with timed units, whose time axis it shares; where it is empty, or not read, it is
   *     predicted
   * @return sound at {@link #sampleRate()}; the same arguments always give the same sound
   * @throws IllegalArgumentException if there are no units, the codebook or style space differ
   *     (names both sides), or prosody comes with units without timing
   * @throws ModelUnavailableException if the vocoder is just going away; its successor can be asked
   * @throws InferenceFailedException if the network fails
   */
  Audio vocode(UnitSequence units, StyleVector style, Optional<Prosody> prosody)
      throws SpeechException;

  /** As above, with predicted prosody. */
  default Audio vocode(UnitSequence units, StyleVector style) throws SpeechException {
    return vocode(units, style, Optional.empty());
  }
}
