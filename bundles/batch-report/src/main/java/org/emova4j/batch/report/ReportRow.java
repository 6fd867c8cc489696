package org.emova4j.batch.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.emova4j.batch.ItemException;

/**
 * One input, and what became of it.
 *
 * @param input as planned
 * @param output as planned; null if it could not be planned
 * @param state how it stands
 * @param inputSeconds length of the recording; 0 where it is not known
 * @param outputSeconds length of the result
 * @param elapsedSeconds how long it took
 * @param inputBytes size of the input when it was read
 * @param outputBytes size of the result
 * @param stageSeconds how long each stage took
 * @param lufs loudness of {@code input} and {@code output}, where it was measured
 * @param warnings what the user should look at
 * @param stage where it failed, or empty
 * @param reason why it failed, or empty
 */
record ReportRow(
    Path input,
    Path output,
    State state,
    double inputSeconds,
    double outputSeconds,
    double elapsedSeconds,
    long inputBytes,
    long outputBytes,
    Map<ItemException.Stage, Double> stageSeconds,
    Map<String, Double> lufs,
    List<String> warnings,
    String stage,
    String reason) {
  /** How an item stands. */
  enum State {
    FAILED,
    /** Not begun, or not ended. */
    OPEN,
    /** Its output is something else's and was left alone. */
    EXISTING,
    OK;

    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  boolean hasWarnings() {
    return !warnings.isEmpty();
  }
}
