package org.emova4j.api.audio;

import static java.util.Objects.requireNonNull;

import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/**
 * Mono sound: finite float samples, nominally in [-1, 1] (what lies outside is kept here and
 * clipped when it is encoded), and their rate in hertz. Immutable and safe for concurrent use.
 */
public final class Audio {
  /** Lowest sample rate, in hertz. */
  public static final int MIN_SAMPLE_RATE = 1_000;

  /** Highest sample rate, in hertz. */
  public static final int MAX_SAMPLE_RATE = 768_000;

  private final float[] samples;
  private final int sampleRate;

  private Audio(float[] samples, int sampleRate) {
    if (sampleRate < MIN_SAMPLE_RATE || sampleRate > MAX_SAMPLE_RATE) {
      throw new IllegalArgumentException(
          "sampleRate %d is outside %d..%d Hz"
              .formatted(sampleRate, MIN_SAMPLE_RATE, MAX_SAMPLE_RATE));
    }
    for (int i = 0; i < samples.length; i++) {
      if (!Float.isFinite(samples[i])) {
        throw new IllegalArgumentException("sample %d is %s".formatted(i, samples[i]));
      }
    }
    this.samples = samples;
    this.sampleRate = sampleRate;
  }

  /**
   * @param samples mono samples, copied
   * @param sampleRate in hertz
   * @throws IllegalArgumentException if a sample is not finite or the rate is outside {@link
   *     #MIN_SAMPLE_RATE}..{@link #MAX_SAMPLE_RATE}
   */
  public static Audio of(float[] samples, int sampleRate) {
    return new Audio(samples.clone(), sampleRate);
  }

  /**
   * As {@link #of(float[], int)} without the copy, for producers that made the array for this
   * purpose and give it away: they must not touch it again.
   */
  public static Audio adopt(float[] samples, int sampleRate) {
    return new Audio(requireNonNull(samples, "samples"), sampleRate);
  }

  /** A copy of all samples. */
  public float[] samples() {
    return samples.clone();
  }

  /** A read-only view of all samples, without a copy; its position is the caller's own. */
  public FloatBuffer buffer() {
    return FloatBuffer.wrap(samples).asReadOnlyBuffer();
  }

  /** The number of samples. */
  public int length() {
    return samples.length;
  }

  /** In hertz. */
  public int sampleRate() {
    return sampleRate;
  }

  /** Length in time, to the nanosecond. */
  public Duration duration() {
    return Duration.ofNanos(Math.round(samples.length * 1e9 / sampleRate));
  }

  /**
   * The samples from {@code from} (inclusive) to {@code to} (exclusive), as sound of the same rate.
   *
   * @throws IndexOutOfBoundsException unless {@code 0 <= from <= to <= length()}
   */
  public Audio slice(int from, int to) {
    Objects.checkFromToIndex(from, to, samples.length);
    return new Audio(Arrays.copyOfRange(samples, from, to), sampleRate);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Audio a
        && sampleRate == a.sampleRate
        && Arrays.equals(samples, a.samples);
  }

  @Override
  public int hashCode() {
    return 31 * sampleRate + Arrays.hashCode(samples);
  }

  @Override
  public String toString() {
    return "Audio[%d samples at %d Hz]".formatted(samples.length, sampleRate);
  }
}
