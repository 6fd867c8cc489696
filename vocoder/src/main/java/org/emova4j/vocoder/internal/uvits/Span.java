package org.emova4j.vocoder.internal.uvits;

/**
 * A stretch of a sequence.
 *
 * @param first place
 * @param end behind the last place
 */
record Span(int first, int end) {
  int length() {
    return end - first;
  }

  /** With so many places more on either side, as far as the sequence goes. */
  Span widened(int by, int length) {
    return new Span(Math.max(0, first - by), (int) Math.min(length, (long) end + by));
  }
}
