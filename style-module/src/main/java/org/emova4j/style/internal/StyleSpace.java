package org.emova4j.style.internal;

import java.util.Arrays;
import org.emova4j.api.style.StyleVector;

/**
 * A point of style space {@code lite-1} while it is put together: 74 values, which the constants
 * name. Confined to one thread.
 */
final class StyleSpace {
  static final String ID = "lite-1";
  static final int LENGTH = 74;

  /** The speaker embedding is first: 64 values, of length 8. */
  static final int SPEAKER_DIMENSIONS = 64;

  /**
   * Mean of ln F0, F0 in hertz: the speaker's mean with every shift. Where there is no speaker it
   * is the shift alone, from the mean of whatever recording is changed.
   */
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

  /** The target's own deviation of ln F0. */
  static final int LN_F0_DEVIATION = 73;

  private final float[] values = new float[LENGTH];

  /** Neutral: a speaker and nothing changed. */
  StyleSpace(float[] speaker, double lnF0Mean, double lnF0Deviation) {
    System.arraycopy(speaker, 0, values, 0, SPEAKER_DIMENSIONS);
    set(LN_F0_MEAN, lnF0Mean);
    set(LN_F0_DEVIATION, lnF0Deviation);
    set(F0_RANGE, 1);
    set(SPEED, 1);
    set(ENERGY_CONTRAST, 1);
  }

  /** No speaker and nothing changed: the embedding is zero, and ln F0 is counted from zero. */
  static StyleSpace ofNoSpeaker() {
    return new StyleSpace(new float[SPEAKER_DIMENSIONS], 0, 0);
  }

  double get(int index) {
    return values[index];
  }

  void set(int index, double value) {
    values[index] = (float) value;
  }

  void add(int index, double amount) {
    values[index] += (float) amount;
  }

  void multiply(int index, double factor) {
    values[index] *= (float) factor;
  }

  StyleVector vector() {
    return StyleVector.of(ID, Arrays.copyOf(values, LENGTH));
  }
}
