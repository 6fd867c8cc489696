package org.emova4j.api.audio;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How to decode, and how much at the most.
 *
 * @param sampleRate rate of the result, in hertz
 * @param maxDuration longer recordings are refused (before they fill the memory)
 * @param maxBytes larger files and streams are refused
 */
public record DecodeOptions(int sampleRate, Duration maxDuration, long maxBytes) {
  /** Four hours. */
  public static final Duration DEFAULT_MAX_DURATION = Duration.ofHours(4);

  /** Four gibibytes. */
  public static final long DEFAULT_MAX_BYTES = 4L << 30;

  public DecodeOptions {
    if (sampleRate < Audio.MIN_SAMPLE_RATE || sampleRate > Audio.MAX_SAMPLE_RATE) {
      throw new IllegalArgumentException(
          "sampleRate %d is outside %d..%d Hz"
              .formatted(sampleRate, Audio.MIN_SAMPLE_RATE, Audio.MAX_SAMPLE_RATE));
    }
    requireNonNull(maxDuration, "maxDuration");
    if (maxDuration.isNegative() || maxDuration.isZero()) {
      throw new IllegalArgumentException("maxDuration %s is not positive".formatted(maxDuration));
    }
    if (maxBytes <= 0) {
      throw new IllegalArgumentException("maxBytes %d is not positive".formatted(maxBytes));
    }
  }

  /** At the given rate in hertz, with the default limits. */
  public static DecodeOptions atRate(int sampleRate) {
    return new DecodeOptions(sampleRate, DEFAULT_MAX_DURATION, DEFAULT_MAX_BYTES);
  }
}
