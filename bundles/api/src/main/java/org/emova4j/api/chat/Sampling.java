package org.emova4j.api.chat;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;

/**
 * How a model picks its next token, and for how long.
 *
 * @param temperature 0 (always the likeliest token) to 2
 * @param topP share of the probability that is sampled from, above 0 and up to 1
 * @param maxTokens longest answer in tokens, from 1
 * @param seed makes an answer repeatable, where the back end can
 * @param unitsOnly in {@link ChatMode#TTS}, allow nothing but speech units and the end, where the
 *     back end can
 */
public record Sampling(
    double temperature, double topP, int maxTokens, OptionalLong seed, boolean unitsOnly) {
  /** Highest temperature. */
  public static final double MAX_TEMPERATURE = 2;

  /** What EMOVA's demonstration uses, with room for about a minute of speech. */
  public static final Sampling DEFAULT = new Sampling(0.2, 0.7, 2048, OptionalLong.empty(), true);

  /** Always the likeliest token. */
  public static final Sampling GREEDY = DEFAULT.withTemperature(0).withTopP(1);

  public Sampling {
    requireNonNull(seed, "seed");
    if (!(temperature >= 0 && temperature <= MAX_TEMPERATURE)) {
      throw new IllegalArgumentException(
          "temperature %s is outside 0..%s".formatted(temperature, MAX_TEMPERATURE));
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("topP %s is outside 0..1".formatted(topP));
    }
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens %d is not positive".formatted(maxTokens));
    }
  }

  public Sampling withTemperature(double value) {
    return new Sampling(value, topP, maxTokens, seed, unitsOnly);
  }

  public Sampling withTopP(double value) {
    return new Sampling(temperature, value, maxTokens, seed, unitsOnly);
  }

  public Sampling withMaxTokens(int value) {
    return new Sampling(temperature, topP, value, seed, unitsOnly);
  }

  public Sampling withSeed(long value) {
    return new Sampling(temperature, topP, maxTokens, OptionalLong.of(value), unitsOnly);
  }

  public Sampling withUnitsOnly(boolean value) {
    return new Sampling(temperature, topP, maxTokens, seed, value);
  }
}
