package org.emova4j.api.speech;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * A speech sound, and where it was heard.
 *
 * @param label in the notation of its recognizer, e.g. {@code en_AH0} or {@code CN_ang1}
 * @param start from the beginning of the recording, not negative
 * @param duration for how long it was the best guess, positive; often shorter than the sound itself
 */
public record Phone(String label, Duration start, Duration duration) {
  public Phone {
    requireNonNull(label, "label");
    if (label.isBlank()) {
      throw new IllegalArgumentException("label is blank");
    }
    if (start.isNegative()) {
      throw new IllegalArgumentException("start %s is negative".formatted(start));
    }
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("duration %s is not positive".formatted(duration));
    }
  }
}
