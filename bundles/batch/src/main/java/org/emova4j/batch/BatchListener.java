package org.emova4j.batch;

/**
 * Hears of a batch as it goes. Calls come from several threads, one at a time for each item, and
 * hold up the thread that makes them.
 */
public interface BatchListener {
  /** Work on an item begins. */
  default void begun(BatchItem item) {}

  /** An item has ended, well or not; the log has it. */
  default void ended(BatchItem item, ItemResult result) {}

  /** An item needs no work: its output is there. */
  default void skipped(BatchItem item, String why) {}
}
