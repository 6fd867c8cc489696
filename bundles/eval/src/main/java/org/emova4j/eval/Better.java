package org.emova4j.eval;

/** Which way a figure is better. */
public enum Better {
  HIGHER,
  LOWER,
  /** It says how something is, not how good. */
  NEITHER
}
