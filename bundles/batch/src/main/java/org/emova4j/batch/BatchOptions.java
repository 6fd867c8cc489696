package org.emova4j.batch;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How a batch is run.
 *
 * @param jobs items at a time, 1..256
 * @param itemTimeout an item that takes longer has failed
 * @param existing what becomes of outputs that are there and that this batch did not make
 * @param versions of the models and programs: an output that others made is made again
 */
public record BatchOptions(int jobs, Duration itemTimeout, Existing existing, String versions) {
  /** Most items at a time. */
  public static final int MAX_JOBS = 256;

  /** What becomes of an output that is there already. */
  public enum Existing {
    /** It stays, and the item counts as done. */
    SKIP,
    /** It is replaced when the new one is complete. */
    REPLACE,
    /** It stays, and the item has failed. */
    FAIL
  }

  public BatchOptions {
    requireNonNull(itemTimeout, "itemTimeout");
    requireNonNull(existing, "existing");
    requireNonNull(versions, "versions");
    if (jobs < 1 || jobs > MAX_JOBS) {
      throw new IllegalArgumentException("jobs %d is outside 1..%d".formatted(jobs, MAX_JOBS));
    }
    if (itemTimeout.isNegative() || itemTimeout.isZero()) {
      throw new IllegalArgumentException("itemTimeout %s is not positive".formatted(itemTimeout));
    }
  }
}
