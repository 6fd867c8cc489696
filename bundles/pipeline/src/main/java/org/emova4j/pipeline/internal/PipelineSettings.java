package org.emova4j.pipeline.internal;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.emova4j.api.speech.ConversionRequest.Parts;

/**
 * The pipeline's configuration, checked.
 *
 * @param patience how long a call waits for the successor of a part that went away
 * @param choice which parts are taken by requests that name none
 */
record PipelineSettings(Duration patience, Parts choice) {
  static final PipelineSettings DEFAULT = new PipelineSettings(Duration.ofSeconds(30), Parts.ANY);

  static final String PATIENCE = "swap.patience.seconds";
  static final String TOKENIZER = "tokenizer";
  static final String STYLE = "style";
  static final String VOCODER = "vocoder";

  private static final int MAX_SECONDS = 3600;
  private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}\\s]{1,200}");

  /**
   * @param properties as ConfigAdmin has them; what is missing has its default
   * @throws IllegalArgumentException if a value is wrong; names it, and what it may be
   */
  static PipelineSettings of(Map<String, ?> properties) {
    return new PipelineSettings(
        patience(properties.get(PATIENCE)),
        new Parts(name(properties, TOKENIZER), name(properties, STYLE), name(properties, VOCODER)));
  }

  private static Duration patience(Object value) {
    if (value == null) {
      return DEFAULT.patience();
    }
    try {
      int seconds = Integer.parseInt(value.toString().strip());
      if (seconds >= 0 && seconds <= MAX_SECONDS) {
        return Duration.ofSeconds(seconds);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "%s is \"%s\", must be a whole number from 0 to %d"
            .formatted(PATIENCE, value, MAX_SECONDS));
  }

  private static Optional<String> name(Map<String, ?> properties, String key) {
    Object value = properties.get(key);
    if (value == null || value.toString().isBlank()) {
      return Optional.empty();
    }
    if (!(value instanceof String name) || !NAME.matcher(name.strip()).matches()) {
      throw new IllegalArgumentException(
          "%s is \"%s\", must be an id or a model of 1 to 200 characters without spaces"
              .formatted(key, value));
    }
    return Optional.of(name.strip());
  }
}
