package org.emova4j.vocoder.internal.uvits;

/**
 * Standard normal numbers by their place, so that it doesn't matter in which pieces a sound is
 * made. Safe for concurrent use.
 */
interface NoiseSource {
  /** What the duration predictor starts from: two channels a unit. */
  float duration(int channel, int unit);

  /** What frames deviate from their unit's mean by. */
  float frame(int frame, int channel);
}
