package org.emova4j.modifier.internal;

import org.emova4j.api.style.StyleVector;

/**
 * What a point of style space {@code lite-1} changes where it describes no speaker of its own: the
 * first 64 of its 74 values are then zero, and the mean of ln F0 is counted from the recording's.
 *
 * @param shift of F0, natural logarithm of a factor
 * @param range factor of deviations of ln F0 from the recording's mean
 * @param rise of ln F0 towards each pause and the end
 * @param speed ratio: 2 is twice as fast
 * @param energy decibels of loudness
 * @param tilt decibels an octave, around 1 kHz
 * @param breathiness decibels of noise in voiced speech
 * @param jitter mean difference of successive periods that is added, as a fraction of the period
 * @param contrast factor of deviations of the energy from that of active speech
 */
record Changes(
    double shift,
    double range,
    double rise,
    double speed,
    double energy,
    double tilt,
    double breathiness,
    double jitter,
    double contrast) {
  static final String SPACE = "lite-1";
  static final int LENGTH = 74;
  static final int FIRST = 64; // the mean of ln F0, behind the speaker embedding

  /** Nothing is changed. */
  static final Changes NONE = new Changes(0, 1, 0, 1, 0, 0, 0, 0, 1);

  private static final double SEMITONE = Math.log(2) / 12;
  private static final String[] NAMES = {
    "pitch shift",
    "pitch range",
    "final rise",
    "speed",
    "energy",
    "tilt",
    "breathiness",
    "jitter",
    "energy contrast"
  };
  private static final double[][] LIMITS = {
    {-48 * SEMITONE, 48 * SEMITONE},
    {0, 10},
    {-48, 48}, // semitones
    {1 / 16.0, 16},
    {-60, 60},
    {-24, 24},
    {-60, 60},
    {0, 0.5},
    {0, 10},
  };

  /**
   * @throws IllegalArgumentException if the space is another, the style is that of a speaker, or a
   *     value is outside its limits
   */
  static Changes of(StyleVector vector) {
    if (!vector.spaceId().equals(SPACE)) {
      throw new IllegalArgumentException(
          "the style is of style space %s, this modifier reads %s"
              .formatted(vector.spaceId(), SPACE));
    }
    if (vector.length() != LENGTH) {
      throw new IllegalArgumentException(
          "the style has %d values, style space %s has %d"
              .formatted(vector.length(), SPACE, LENGTH));
    }
    float[] values = vector.values();
    for (int i = 0; i < FIRST; i++) {
      if (values[i] != 0) {
        throw new IllegalArgumentException(
            "the style is that of a speaker, but this modifier keeps the recording's own voice");
      }
    }
    for (int i = 0; i < NAMES.length; i++) {
      float value = values[FIRST + i];
      if (!(value >= (float) LIMITS[i][0] && value <= (float) LIMITS[i][1])) {
        throw new IllegalArgumentException(
            "%s %s is outside %.3f..%.3f".formatted(NAMES[i], value, LIMITS[i][0], LIMITS[i][1]));
      }
    }
    return new Changes(
        values[FIRST],
        values[FIRST + 1],
        values[FIRST + 2] * SEMITONE,
        values[FIRST + 3],
        values[FIRST + 4],
        values[FIRST + 5],
        values[FIRST + 6],
        values[FIRST + 7],
        values[FIRST + 8]);
  }

  boolean melody() {
    return shift != 0 || range != 1 || rise != 0;
  }
}
