package org.emova4j.api.audio;

import static java.util.Objects.requireNonNull;

/**
 * How loud a recording is to be as a whole.
 *
 * @param measure how loudness is told
 * @param value in the measure's unit, -70 to -5
 */
public record LevelTarget(Measure measure, double value) {
  /** How loudness is told. */
  public enum Measure {
    /** Integrated loudness of EBU R128 (ITU-R BS.1770-4, gated), in LUFS. */
    LUFS("LUFS"),
    /** Root mean square of all samples, in decibels to full scale, as audiobook shops ask. */
    RMS("dB RMS");

    private final String unit;

    Measure(String unit) {
      this.unit = unit;
    }

    /** The unit's name for people. */
    public String unit() {
      return unit;
    }
  }

  public LevelTarget {
    requireNonNull(measure, "measure");
    if (!(value >= -70 && value <= -5)) {
      throw new IllegalArgumentException(
          "level %s is outside -70..-5 %s".formatted(value, measure.unit()));
    }
  }
}
