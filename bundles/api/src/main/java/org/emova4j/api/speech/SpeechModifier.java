package org.emova4j.api.speech;

import org.emova4j.api.audio.Audio;
import org.emova4j.api.style.StyleVector;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Says a recording otherwise in its own voice: sound in, sound out, no units between. What a style
 * changes (pitch, speed, the factors of an emotion) acts on the recording itself; what it doesn't
 * change stays as it was recorded.
 *
 * <p>Safe for concurrent use.
 */
@ProviderType
public interface SpeechModifier {
  /** Id of the style space that it reads. */
  String styleSpace();

  /**
   * The rate at which to give it a recording of the given rate, so that as little as possible of
   * the recording's band is lost.
   *
   * @param recordingRate in hertz
   * @return in hertz; {@link #modify} takes it
   */
  int sampleRate(int recordingRate);

  /**
   * @param speech at a rate that {@link #sampleRate} returns, of any length
   * @param style of {@link #styleSpace()}, made for {@link
   *     org.emova4j.api.style.Style#SAME_SPEAKER}
   * @return at the rate of {@code speech}; at unchanged speed as long as it; the same arguments
   *     always give the same sound
   * @throws IllegalArgumentException if the rate is outside the limits, the style space differs
   *     (names both sides), the style is that of another speaker, or the result would be too long
   * @throws ModelUnavailableException if the modifier is just going away; its successor can be
   *     asked
   */
  Audio modify(Audio speech, StyleVector style) throws SpeechException;
}
