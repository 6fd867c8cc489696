package org.emova4j.eval.metric;

/** What isn't there yet. */
final class Later {
  private Later() {}

  @SuppressWarnings({"TypeParameterUnusedInFormals", "DoNotCallSuggester"})
  static <T> T yet() {
    throw new UnsupportedOperationException();
  }
}
