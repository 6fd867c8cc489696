package org.emova4j.vocoder.internal;

import java.util.Arrays;
import org.emova4j.api.style.StyleVector;

/**
 * A point of style space {@code lite-1}: 74 values, which the constants name. Entry 73, the
 * target's own deviation of ln F0, is there for people; nothing here reads it.
 */
final class LiteStyle {
  static final String SPACE = "lite-1";
  static final int LENGTH = 74;

  /** The speaker embedding is first: 64 values, of length 8. */
  static final int SPEAKER_DIMENSIONS = 64;

  /** Mean of ln F0, F0 in hertz: the speaker's mean with every shift. */
  static final int LN_F0_MEAN = 64;

  /** Factor of deviations of ln F0 from its mean. */
  static final int F0_RANGE = 65;

  /** Semitones by which F0 rises towards each pause and the end. */
  static final int FINAL_RISE = 66;

  /** Ratio: 2 is twice as fast. */
  static final int SPEED = 67;

  /** Decibels of loudness. */
  static final int ENERGY = 68;

  /** Decibels an octave, around 1 kHz. */
  static final int TILT = 69;

  /** Decibels of noise in voiced speech. */
  static final int BREATHINESS = 70;

  /** Mean difference of successive periods as a fraction of the period. */
  static final int JITTER = 71;

  /** Factor of deviations of the energy from that of active speech. */
  static final int ENERGY_CONTRAST = 72;

  /** Where there is no speaker, {@link #LN_F0_MEAN} is a shift of four octaves at the most. */
  private static final float MOST_SHIFT = (float) (4 * Math.log(2));

  private static final double[][] LIMITS = {
    {Math.log(30), Math.log(1000)}, // mean ln F0
    {0, 10},
    {-48, 48},
    {1 / 16.0, 16},
    {-60, 60},
    {-24, 24},
    {-60, 60},
    {0, 0.5},
    {0, 10},
  };

  private final float[] values;

  private LiteStyle(float[] values) {
    this.values = values;
  }

  /**
   * @throws IllegalArgumentException if the space is another, or a value is outside its limits
   */
  static LiteStyle of(StyleVector vector) {
    if (!vector.spaceId().equals(SPACE)) {
      throw new IllegalArgumentException(
          "the style is of style space %s, this vocoder reads %s"
              .formatted(vector.spaceId(), SPACE));
    }
    if (vector.length() != LENGTH) {
      throw new IllegalArgumentException(
          "the style has %d values, style space %s has %d"
              .formatted(vector.length(), SPACE, LENGTH));
    }
    float[] values = vector.values();
    if (Math.abs(values[LN_F0_MEAN]) <= MOST_SHIFT) {
      throw new IllegalArgumentException(
          "the style keeps a recording's own voice (speaker \"same\"), and units hold none");
    }
    for (int i = 0; i < values.length - 1; i++) {
      double least = i < SPEAKER_DIMENSIONS ? -100 : LIMITS[i - SPEAKER_DIMENSIONS][0];
      double most = i < SPEAKER_DIMENSIONS ? 100 : LIMITS[i - SPEAKER_DIMENSIONS][1];
      if (!(values[i] >= (float) least && values[i] <= (float) most)) {
        throw new IllegalArgumentException(
            "style value %d is %s, outside %s..%s".formatted(i, values[i], least, most));
      }
    }
    return new LiteStyle(values);
  }

  /** A style of no speaker in particular at 120 Hz, with a little of everything. */
  static StyleVector anyone() {
    float[] values = new float[LENGTH];
    values[LN_F0_MEAN] = (float) Math.log(120);
    values[F0_RANGE] = 1;
    values[SPEED] = 1.1f;
    values[ENERGY_CONTRAST] = 1;
    values[BREATHINESS] = 1;
    values[JITTER] = 0.01f;
    values[FINAL_RISE] = 1;
    return StyleVector.of(SPACE, values);
  }

  /** The speaker embedding, of shape [64]. */
  float[] speaker() {
    return Arrays.copyOf(values, SPEAKER_DIMENSIONS);
  }

  /**
   * @param index one of the constants
   */
  double get(int index) {
    return values[index];
  }
}
