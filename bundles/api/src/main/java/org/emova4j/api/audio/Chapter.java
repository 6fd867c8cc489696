package org.emova4j.api.audio;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * A named part of a recording.
 *
 * @param start from the recording's first sample
 * @param end no earlier than the start
 * @param title may be empty
 */
public record Chapter(Duration start, Duration end, String title) {
  public Chapter {
    requireNonNull(start, "start");
    requireNonNull(end, "end");
    requireNonNull(title, "title");
    if (start.isNegative() || end.compareTo(start) < 0) {
      throw new IllegalArgumentException(
          "chapter \"%s\" from %s to %s".formatted(title, start, end));
    }
  }
}
