package org.emova4j.eval.metric;

import static java.util.Objects.requireNonNull;

/**
 * A labelled stretch of time.
 *
 * @param startSeconds not negative
 * @param endSeconds after the start
 * @param label a phone or a word; empty for silence or nothing
 */
public record Segment(double startSeconds, double endSeconds, String label) {
  public Segment {
    requireNonNull(label, "label");
    if (!(startSeconds >= 0) || !(endSeconds > startSeconds) || !Double.isFinite(endSeconds)) {
      throw new IllegalArgumentException(
          "segment \"%s\" from %s to %s s".formatted(label, startSeconds, endSeconds));
    }
  }
}
