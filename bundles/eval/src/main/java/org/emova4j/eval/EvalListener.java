package org.emova4j.eval;

import org.osgi.annotation.versioning.ConsumerType;

/** Hears how far an evaluation is. Called from several threads. */
@ConsumerType
public interface EvalListener {
  /** Hears nothing. */
  EvalListener NONE = new EvalListener() {};

  /** So many measurements of single recordings are to be made. */
  default void planned(int measurements) {}

  /**
   * One is made.
   *
   * @param known whether an earlier run had made it
   */
  default void ended(String measurement, Corpus.Item item, boolean known) {}

  /** One can't be made. */
  default void failed(Failure failure) {}

  /** All are made, and figures are drawn of them. */
  default void stage(String text) {}
}
