package org.emova4j.audio.internal;

import java.math.BigDecimal;
import java.time.Duration;

/** Durations for people. */
final class Durations {
  private Durations() {}

  /** In seconds, e.g. {@code 14400 s} or {@code 0.5 s}. */
  static String inWords(Duration duration) {
    BigDecimal seconds =
        BigDecimal.valueOf(duration.getSeconds())
            .add(BigDecimal.valueOf(duration.getNano(), 9))
            .stripTrailingZeros();
    return seconds.toPlainString() + " s";
  }
}
