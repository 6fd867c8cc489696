package org.emova4j.api.audio;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Takes silence off both ends; pauses within stay.
 *
 * @param threshold what is below is silence: level of ten milliseconds in decibels to full scale
 *     (root mean square), -120 to -10
 * @param padding of the silence, so much stays at each end; at most ten seconds
 */
public record SilenceTrim(double threshold, Duration padding) {
  /** Below speech in a quiet room, above the noise of usual microphones. */
  public static final double DEFAULT_THRESHOLD = -50;

  /** Two tenths of a second. */
  public static final Duration DEFAULT_PADDING = Duration.ofMillis(200);

  private static final Duration MAX_PADDING = Duration.ofSeconds(10);

  public SilenceTrim {
    requireNonNull(padding, "padding");
    if (!(threshold >= -120 && threshold <= -10)) {
      throw new IllegalArgumentException(
          "silence threshold %s is outside -120..-10 dB".formatted(threshold));
    }
    if (padding.isNegative() || padding.compareTo(MAX_PADDING) > 0) {
      throw new IllegalArgumentException(
          "silence padding %s is outside 0..10 s".formatted(padding));
    }
  }
}
