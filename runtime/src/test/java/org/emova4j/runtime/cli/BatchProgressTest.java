package org.emova4j.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.style.Style;
import org.emova4j.batch.BatchItem;
import org.emova4j.batch.ItemResult;
import org.emova4j.batch.ItemSettings;
import org.emova4j.batch.Task;
import org.junit.jupiter.api.Test;

class BatchProgressTest {
  private static final BatchItem ITEM =
      new BatchItem(
          Path.of("/in/two\nlines.wav"),
          Path.of("/out/a.json"),
          new ItemSettings(
              Task.TOKENIZE,
              Style.DEFAULT,
              ConversionRequest.Parts.ANY,
              true,
              Optional.empty(),
              Duration.ofHours(1)));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private BatchProgress progress(BatchProgress.Form form, int items) {
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            true);
    return new BatchProgress(console, form, items);
  }

  private static ItemResult result(ItemResult.Status status) {
    return new ItemResult(
        status,
        ITEM.input().toUri(),
        ITEM.output().toUri(),
        "",
        "",
        1,
        1,
        "",
        1,
        "",
        3_600,
        3_600,
        60,
        Map.of(),
        List.of(),
        Map.of(),
        status == ItemResult.Status.OK ? "" : "read",
        status == ItemResult.Status.OK ? "" : "it is broken");
  }

  @Test
  void theBarFitsItsColumnsAndSaysAll() {
    try (BatchProgress progress = progress(BatchProgress.Form.BAR, 4_000)) {
      progress.skipped(ITEM, "made by an earlier run");
      progress.ended(ITEM, result(ItemResult.Status.OK));
      progress.ended(ITEM, result(ItemResult.Status.FAILED));
      for (int width = 0; width < 200; width++) {
        assertThat(progress.bar(width)).hasSizeLessThanOrEqualTo(Math.max(1, width));
      }
      assertThat(progress.bar(110))
          .startsWith("[")
          .contains("3/4000, 2:00:00 audio, ", " left, 1 failed");
      assertThat(progress.bar(40)).startsWith("3/4000, ");
    }
    assertThat(err.toString(UTF_8)).contains("failed /in/two?lines.wav (read: it is broken)\n");
  }

  @Test
  void jsonIsALineAnItem() {
    try (BatchProgress progress = progress(BatchProgress.Form.JSON, 2)) {
      progress.ended(ITEM, result(ItemResult.Status.OK));
      progress.ended(ITEM, result(ItemResult.Status.FAILED));
    }
    List<String> lines = out.toString(UTF_8).lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).contains("\"status\"", "two%0Alines.wav");
    assertThat(lines.get(1)).contains("\"failed\"", "read: it is broken");
  }

  @Test
  void linesNameEachFileOnOneLine() {
    try (BatchProgress progress = progress(BatchProgress.Form.LINES, 1)) {
      progress.ended(ITEM, result(ItemResult.Status.OK));
    }
    assertThat(err.toString(UTF_8)).isEqualTo("[1/1] ok /in/two?lines.wav (3600.0 s in 60.00 s)\n");
  }
}
