package org.emova4j.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.emova4j.api.audio.AudioFormat;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.style.Style;
import org.emova4j.batch.BatchOptions.Existing;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a processor that turns text upside down. */
class BatchConverterTest {
  private static final ItemSettings SETTINGS =
      new ItemSettings(
          Task.CONVERT,
          Style.DEFAULT,
          ConversionRequest.Parts.ANY,
          true,
          Optional.of(EncodeOptions.of(AudioFormat.WAV)),
          Duration.ofMinutes(1));

  @TempDir Path folder;
  private Path in;
  private Path out;
  private final AtomicInteger processed = new AtomicInteger();

  @BeforeEach
  void makeInputs() throws IOException {
    in = Files.createDirectory(folder.resolve("in"));
    out = folder.resolve("out");
    for (int i = 0; i < 20; i++) {
      Files.writeString(in.resolve("file%02d".formatted(i)), "text " + i);
    }
  }

  private List<BatchItem> items(ItemSettings settings) throws IOException {
    try (Stream<Path> files = Files.list(in)) {
      return files
          .sorted()
          .map(f -> new BatchItem(f, out.resolve("sub").resolve(f.getFileName()), settings))
          .toList();
    }
  }

  private ItemProcessor.Work reverse(BatchItem item, Path draft) throws ItemException {
    processed.incrementAndGet();
    try {
      String text = Files.readString(item.input());
      if (text.startsWith("bad")) {
        throw new ItemException(ItemException.Stage.READ, "it is bad", null);
      }
      Files.writeString(draft, new StringBuilder(text).reverse());
    } catch (IOException e) {
      throw new ItemException(ItemException.Stage.WRITE, e.getMessage(), e);
    }
    return new ItemProcessor.Work(2, 2, Map.of(), List.of());
  }

  private BatchSummary run(ItemProcessor processor, BatchOptions options) throws Exception {
    try (ResultLog log = ResultLog.open(folder.resolve("state/results.jsonl"))) {
      return new BatchConverter(processor, options, log, new BatchListener() {})
          .run(items(SETTINGS));
    }
  }

  private static BatchOptions options(Existing existing) {
    return new BatchOptions(3, Duration.ofSeconds(20), existing, "model 1");
  }

  @Test
  void everyItemGetsItsOutputAndASecondRunHasNothingToDo() throws Exception {
    BatchSummary first = run(this::reverse, options(Existing.FAIL));
    assertThat(first.done()).isEqualTo(20);
    assertThat(first.inputSeconds()).isEqualTo(40);
    assertThat(out.resolve("sub/file07")).hasContent("7 txet");

    BatchSummary second = run(this::reverse, options(Existing.FAIL));
    assertThat(second.unchanged()).isEqualTo(20);
    assertThat(second.isComplete()).isTrue();
    assertThat(processed).hasValue(20);
  }

  @Test
  void aChangedInputSettingModelOrOutputIsMadeAgain() throws Exception {
    run(this::reverse, options(Existing.FAIL));
    Files.writeString(in.resolve("file03"), "text three");
    Files.delete(out.resolve("sub/file04"));
    assertThat(run(this::reverse, options(Existing.FAIL)).done()).isEqualTo(2);
    assertThat(out.resolve("sub/file03")).hasContent("eerht txet");

    BatchOptions newer = new BatchOptions(1, Duration.ofSeconds(20), Existing.FAIL, "model 2");
    assertThat(run(this::reverse, newer).done()).isEqualTo(20);
  }

  @Test
  void aNewTimeStampOfTheSameBytesIsNoChange() throws Exception {
    run(this::reverse, options(Existing.FAIL));
    Path touched = in.resolve("file03");
    Files.setLastModifiedTime(touched, java.nio.file.attribute.FileTime.fromMillis(1_000));
    assertThat(run(this::reverse, options(Existing.FAIL)).unchanged()).isEqualTo(20);
  }

  @Test
  void oneBadItemIsALineAndTheOthersGoOn() throws Exception {
    Files.writeString(in.resolve("file05"), "bad");
    BatchSummary summary = run(this::reverse, options(Existing.FAIL));
    assertThat(summary.failed()).isEqualTo(1);
    assertThat(summary.done()).isEqualTo(19);
    try (ResultLog log = ResultLog.open(folder.resolve("state/results.jsonl"))) {
      ItemResult result = log.last(out.resolve("sub/file05")).orElseThrow();
      assertThat(result.status()).isEqualTo(ItemResult.Status.FAILED);
      assertThat(result.stage()).isEqualTo("read");
      assertThat(result.reason()).isEqualTo("it is bad");
    }
    Files.writeString(in.resolve("file05"), "good");
    assertThat(run(this::reverse, options(Existing.FAIL)).done()).isEqualTo(1);
  }

  @Test
  void somebodyElsesOutputStaysUnlessItMayBeReplaced() throws Exception {
    Files.createDirectories(out.resolve("sub"));
    Files.writeString(out.resolve("sub/file01"), "precious");
    assertThat(run(this::reverse, options(Existing.FAIL)).failed()).isEqualTo(1);
    Files.delete(folder.resolve("state/results.jsonl"));
    assertThat(run(this::reverse, options(Existing.SKIP)).existing()).isEqualTo(20);
    assertThat(out.resolve("sub/file01")).hasContent("precious");
    Files.delete(folder.resolve("state/results.jsonl"));
    assertThat(run(this::reverse, options(Existing.REPLACE)).done()).isEqualTo(20);
    assertThat(out.resolve("sub/file01")).hasContent("1 txet");
  }

  @Test
  void anItemThatHangsFailsAndHoldsNobodyUp() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    ItemProcessor hanging =
        (item, draft) -> {
          if (item.input().endsWith("file02")) {
            never.await();
          }
          return reverse(item, draft);
        };
    BatchSummary summary =
        run(hanging, new BatchOptions(1, Duration.ofMillis(300), Existing.FAIL, ""));
    assertThat(summary.failed()).isEqualTo(1);
    assertThat(summary.done()).isEqualTo(19);
  }

  @Test
  void anErrorOfTheProcessorIsTheItemsAlone() throws Exception {
    ItemProcessor broken =
        (item, draft) -> {
          if (item.input().endsWith("file02")) {
            throw new IllegalStateException("surprise");
          }
          return reverse(item, draft);
        };
    assertThat(run(broken, options(Existing.FAIL)).failed()).isEqualTo(1);
  }

  @Test
  void aStoppedBatchEndsWhatRunsAndTheNextRunDoesTheRest() throws Exception {
    List<BatchConverter> runner = new ArrayList<>();
    ItemProcessor stopping =
        (item, draft) -> {
          if (item.input().endsWith("file06")) {
            runner.get(0).stop();
          }
          return reverse(item, draft);
        };
    BatchSummary summary;
    try (ResultLog log = ResultLog.open(folder.resolve("state/results.jsonl"))) {
      runner.add(new BatchConverter(stopping, options(Existing.FAIL), log, new BatchListener() {}));
      summary = runner.get(0).run(items(SETTINGS));
    }
    assertThat(summary.open()).isBetween(10, 13);
    assertThat(summary.done() + summary.open()).isEqualTo(20);
    assertThat(run(this::reverse, options(Existing.FAIL)).done()).isEqualTo(summary.open());
    assertThat(processed).hasValue(20);
  }

  @Test
  void whatAKilledProcessLeftIsMadeAgainOrRemoved() throws Exception {
    run(this::reverse, options(Existing.FAIL));
    // As if killed while file00 was written, and after file01 was renamed but before it was logged.
    Path log = folder.resolve("state/results.jsonl");
    Path begun = out.resolve("sub/file01");
    List<String> lines = new ArrayList<>(Files.readAllLines(log));
    URI uri = begun.toUri();
    lines.removeIf(line -> line.contains("\"OK\"") && line.contains(uri + "\""));
    Files.write(log, lines);
    Files.writeString(log, "{\"status\":\"OK\",\"inp", StandardOpenOption.APPEND);
    Files.writeString(out.resolve("sub/.emova-batch-1.part"), "half");
    processed.set(0);
    BatchSummary summary = run(this::reverse, options(Existing.FAIL));
    assertThat(summary.done()).isEqualTo(1);
    assertThat(summary.unchanged()).isEqualTo(19);
    assertThat(out.resolve("sub/.emova-batch-1.part")).doesNotExist();
    assertThat(Files.readString(log, UTF_8)).endsWith("}\n");
  }

  @Test
  void twoRunsOfOneBatchDoNotMeet() throws Exception {
    Path file = folder.resolve("state/results.jsonl");
    try (ResultLog log = ResultLog.open(file)) {
      assertThat(log.last(in)).isEmpty();
      assertThatThrownBy(() -> ResultLog.open(file).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another batch");
    }
  }

  @Test
  void anInputThatChangesWhileItIsReadHasFailed() throws Exception {
    ItemProcessor writing =
        (item, draft) -> {
          try {
            if (item.input().endsWith("file09")) {
              Files.writeString(item.input(), "another text");
            }
          } catch (IOException e) {
            throw new ItemException(ItemException.Stage.WRITE, e.getMessage(), e);
          }
          return reverse(item, draft);
        };
    assertThat(run(writing, options(Existing.FAIL)).failed()).isEqualTo(1);
    assertThat(out.resolve("sub/file09")).doesNotExist();
  }
}
