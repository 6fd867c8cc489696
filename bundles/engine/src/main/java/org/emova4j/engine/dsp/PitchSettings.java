package org.emova4j.engine.dsp;

/**
 * What the pitch tracker looks for. The costs are those of P. Boersma, "Accurate short-term
 * analysis of the fundamental frequency and the harmonics-to-noise ratio of a sampled sound"
 * (1993).
 *
 * @param floor lowest F0 in hertz
 * @param ceiling highest F0 in hertz
 * @param silence a frame whose peak is under this part of the recording's counts as silent
 * @param voicing strength of the unvoiced candidate
 * @param octave cost of each octave below the ceiling
 * @param octaveJump cost of each octave between two frames
 * @param voicingChange cost of each change between voiced and unvoiced
 */
public record PitchSettings(
    double floor,
    double ceiling,
    double silence,
    double voicing,
    double octave,
    double octaveJump,
    double voicingChange) {
  /** What the shipped networks were trained with, and a higher ceiling for excited voices. */
  public static final PitchSettings SPEECH =
      new PitchSettings(65, 500, 0.03, 0.45, 0.01, 0.35, 0.14);

  public PitchSettings {
    if (!(floor >= 65 && floor < ceiling && ceiling <= 1000)) {
      throw new IllegalArgumentException(
          "floor %s and ceiling %s are not ordered within 65..1000 Hz".formatted(floor, ceiling));
    }
  }
}
