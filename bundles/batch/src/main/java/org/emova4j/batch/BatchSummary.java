package org.emova4j.batch;

/**
 * How a batch ended.
 *
 * @param done items that were made now
 * @param unchanged items whose output an earlier run made
 * @param existing items whose output something else made, left alone
 * @param failed items without an output
 * @param open items that were not begun, or not ended, because the batch was stopped
 * @param inputSeconds length of the recordings that were made now
 * @param elapsedSeconds how long the batch took
 */
public record BatchSummary(
    int done,
    int unchanged,
    int existing,
    int failed,
    int open,
    double inputSeconds,
    double elapsedSeconds) {
  /** Whether every item has its output. */
  public boolean isComplete() {
    return failed == 0 && open == 0;
  }

  /** How many seconds of recordings a second of work dealt with; 0 where nothing was to be done. */
  public double timesRealTime() {
    return elapsedSeconds > 0 ? inputSeconds / elapsedSeconds : 0;
  }
}
