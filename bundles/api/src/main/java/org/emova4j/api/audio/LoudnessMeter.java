package org.emova4j.api.audio;

import java.util.List;
import java.util.OptionalDouble;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Measures loudness as EBU R128 does: ITU-R BS.1770-4, integrated and gated.
 *
 * <p>Safe for concurrent use.
 */
@ProviderType
public interface LoudnessMeter {
  /**
   * Integrated loudness of a whole recording.
   *
   * @param sides one sound, or the left and the right one, of one sample rate
   * @return in LUFS; empty for what is silent, shorter than 0.4 s, or of a rate too low to measure
   * @throws UnsupportedAudioException if this machine can't measure
   * @throws IllegalArgumentException for fewer or more sides, or two sample rates
   */
  OptionalDouble integrated(List<Audio> sides) throws UnsupportedAudioException;
}
