package org.emova4j.vocoder.internal.uvits;

import java.util.function.Supplier;

/** Sees what a network computes on its way; for comparisons with the reference implementation. */
@FunctionalInterface
interface Trace {
  /** Looks at nothing. */
  Trace NONE = (name, rows) -> {};

  /**
   * @param name of the quantity
   * @param rows its values, of shape [time, channels], made only when asked for
   */
  void at(String name, Supplier<float[]> rows);
}
