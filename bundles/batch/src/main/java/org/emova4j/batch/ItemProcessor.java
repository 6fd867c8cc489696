package org.emova4j.batch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What becomes of one item. Stateless and idempotent: the same item gives the same bytes, whoever
 * runs beside it, so that it can be repeated anywhere. Safe for concurrent use.
 */
@FunctionalInterface
public interface ItemProcessor {
  /**
   * Refuses an input before a byte of it is read, such as one that is over a limit.
   *
   * @throws ItemException says which limit
   */
  default void check(BatchItem item) throws ItemException {}

  /**
   * Makes an item's output.
   *
   * @param draft where to write it; the caller renames it to the item's output, or deletes it
   * @throws ItemException if there is no output
   * @throws InterruptedException if it was interrupted
   */
  Work process(BatchItem item, Path draft) throws ItemException, InterruptedException;

  /**
   * What was done.
   *
   * @param inputSeconds length of the recording
   * @param outputSeconds length of the result
   * @param stageSeconds how long each stage took, in order
   * @param warnings what the user should look at, a sentence each
   * @param lufs loudness (ITU-R BS.1770-4) of {@code input} and {@code output}, where it was
   *     measured
   */
  record Work(
      double inputSeconds,
      double outputSeconds,
      Map<ItemException.Stage, Double> stageSeconds,
      List<String> warnings,
      Map<String, Double> lufs) {
    /** Nothing was done. */
    static final Work NONE = new Work(0, 0, Map.of(), List.of());

    public Work {
      stageSeconds = Map.copyOf(stageSeconds);
      warnings = List.copyOf(warnings);
      lufs = Map.copyOf(lufs);
    }

    /** Of which no loudness is known. */
    public Work(
        double inputSeconds,
        double outputSeconds,
        Map<ItemException.Stage, Double> stageSeconds,
        List<String> warnings) {
      this(inputSeconds, outputSeconds, stageSeconds, warnings, Map.of());
    }
  }
}
