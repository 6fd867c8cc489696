package org.emova4j.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One line of the result log.
 *
 * <p>Files are named by URI: a file name may hold bytes that are no text.
 *
 * @param status how it ended, or that it has begun
 * @param output missing for an input that gave no item
 * @param settings fingerprint of the item's settings
 * @param versions of the models and programs that made it
 * @param inputBytes size of the input when it was read
 * @param inputModified the input's time stamp then, in milliseconds since 1970
 * @param inputSha256 empty unless it was read to the end
 * @param outputBytes size of the output
 * @param outputSha256 hash of the output
 * @param inputSeconds length of the recording
 * @param outputSeconds length of the result
 * @param elapsedSeconds how long it took
 * @param stageSeconds how long each stage took
 * @param warnings what the user should look at
 * @param lufs loudness (ITU-R BS.1770-4) of {@code input} and {@code output}, where it was measured
 * @param stage where it failed; empty if it didn't
 * @param reason why it failed; empty if it didn't
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record ItemResult(
    Status status,
    URI input,
    URI output,
    String settings,
    String versions,
    long inputBytes,
    long inputModified,
    String inputSha256,
    long outputBytes,
    String outputSha256,
    double inputSeconds,
    double outputSeconds,
    double elapsedSeconds,
    Map<ItemException.Stage, Double> stageSeconds,
    List<String> warnings,
    Map<String, Double> lufs,
    String stage,
    String reason) {
  /** How an item stands. */
  public enum Status {
    /** It was begun; if nothing follows, the process died. */
    BEGUN,
    OK,
    FAILED
  }

  public ItemResult {
    versions = versions == null ? "" : versions;
    inputSha256 = inputSha256 == null ? "" : inputSha256;
    outputSha256 = outputSha256 == null ? "" : outputSha256;
    stageSeconds = stageSeconds == null ? Map.of() : Map.copyOf(stageSeconds);
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
    lufs = lufs == null ? Map.of() : Map.copyOf(lufs);
    stage = stage == null ? "" : stage;
    reason = reason == null ? "" : reason;
  }

  /** An input that gave no item. */
  static ItemResult unplanned(BatchPlan.Unplanned input) {
    return new ItemResult(
        Status.FAILED,
        input.input().toUri(),
        null,
        "",
        "",
        0,
        0,
        "",
        0,
        "",
        0,
        0,
        0,
        Map.of(),
        List.of(),
        Map.of(),
        ItemException.Stage.PLAN.name().toLowerCase(Locale.ROOT),
        input.reason());
  }

  public boolean isOk() {
    return status == Status.OK;
  }
}
