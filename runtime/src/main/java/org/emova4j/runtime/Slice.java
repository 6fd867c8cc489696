package org.emova4j.runtime;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A set of bundles that does one thing, so that a one-shot command starts no more than it needs.
 * Each is a resolver-checked {@code slices/*.bndrun} file, and a list of jars in the distribution.
 */
public enum Slice {
  /** Reads and writes media files. */
  AUDIO,
  /** Prepares pictures for a model. */
  VISION,
  /** Installs and checks model archives. */
  MODELS,
  /** The style module and its labels. */
  STYLE,
  /** Speech to units. */
  TOKENIZER,
  /** Units and style to speech. */
  SYNTHESIS,
  /** Speech to speech in another style. */
  CONVERTER,
  /** Conversations with a language model. */
  DIALOGUE,
  /** Language models in this very process. */
  LLM,
  /** Everything but the shell, over HTTP. */
  SERVE,
  /** Everything but the server, with the interactive shell. */
  ALL;

  /** The name that users and files know it by. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether its own bundles know no other format than WAV. */
  public boolean readsWavAlone() {
    return this == STYLE || this == TOKENIZER || this == SYNTHESIS;
  }

  public static Optional<Slice> ofId(String id) {
    return Arrays.stream(values()).filter(s -> s.id().equals(id)).findFirst();
  }
}
