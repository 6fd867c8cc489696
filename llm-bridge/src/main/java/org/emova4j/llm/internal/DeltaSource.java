package org.emova4j.llm.internal;

import java.util.Optional;
import org.emova4j.api.speech.LanguageModelException;

/** An answer as it comes off the wire. Confined to one thread, except for {@link #close()}. */
interface DeltaSource extends AutoCloseable {
  /**
   * Waits for the next piece.
   *
   * @return empty when the answer is complete
   * @throws CancelledException if this was closed
   */
  Optional<Delta> next() throws LanguageModelException, CancelledException;

  @Override
  void close();

  /** Somebody closed what another thread waits for. */
  final class CancelledException extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
