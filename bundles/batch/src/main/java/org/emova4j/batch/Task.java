package org.emova4j.batch;

import java.util.Locale;

/** What is done to each file of a batch. */
public enum Task {
  /** Speech to the same words in another style. */
  CONVERT,
  /** Speech to units, one JSON object a file. */
  TOKENIZE,
  /** Units, in any form that {@link #TOKENIZE} or the tokenize command writes, to speech. */
  SYNTHESIZE,
  /** Another format, rate or loudness; the speech stays as it is. */
  TRANSCODE;

  /** The name by which users choose it, e.g. {@code convert}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
