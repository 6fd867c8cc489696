package org.emova4j.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.style.Style;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Items whose line says what their input said; an input that says "bad" fails. */
class UnitShardsTest {
  private static final ItemSettings SETTINGS =
      new ItemSettings(
          Task.TOKENIZE,
          Style.DEFAULT,
          ConversionRequest.Parts.ANY,
          true,
          Optional.empty(),
          Duration.ofMinutes(1));
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @TempDir Path folder;
  private Path in;
  private Path out;
  private Path state;
  private final AtomicInteger processed = new AtomicInteger();

  @BeforeEach
  void makeInputs() throws IOException {
    in = Files.createDirectory(folder.resolve("in"));
    out = folder.resolve("out");
    state = folder.resolve("state");
    for (int i = 0; i < 25; i++) {
      Files.writeString(input(i), "text " + i);
    }
  }

  private Path input(int i) {
    return in.resolve("file%02d.wav".formatted(i));
  }

  private List<BatchItem> items() throws IOException {
    try (Stream<Path> files = Files.list(in)) {
      return files
          .sorted()
          .map(f -> new BatchItem(f, state.resolve("units/" + f.getFileName() + ".json"), SETTINGS))
          .toList();
    }
  }

  private ItemProcessor.Work line(BatchItem item, Path draft) throws ItemException {
    processed.incrementAndGet();
    try {
      String text = Files.readString(item.input());
      if (text.equals("bad")) {
        throw new ItemException(ItemException.Stage.READ, "it is bad", null);
      }
      Map<String, Object> fields =
          new TreeMap<>(
              Map.of(
                  "id",
                  item.input().getFileName().toString(),
                  "text",
                  text,
                  "units",
                  List.of(1, 2),
                  "seconds",
                  0.5));
      Files.writeString(draft, MAPPER.writeValueAsString(fields) + "\n");
    } catch (IOException e) {
      throw new ItemException(ItemException.Stage.WRITE, e.getMessage(), e);
    }
    return new ItemProcessor.Work(2, 2, Map.of(), List.of());
  }

  private BatchSummary run(String size, boolean gzip, int jobs) throws Exception {
    return run(size, gzip, jobs, Integer.MAX_VALUE);
  }

  private BatchSummary run(String size, boolean gzip, int jobs, int stopAfter) throws Exception {
    List<BatchItem> items = items();
    try (ResultLog log = ResultLog.open(state.resolve("results.jsonl"));
        UnitShards shards =
            UnitShards.open(
                items,
                state.resolve("units"),
                out,
                ShardSize.parse(size),
                gzip,
                state.resolve("shards.jsonl"),
                BatchOptions.Existing.SKIP)) {
      AtomicInteger ended = new AtomicInteger();
      BatchConverter[] runner = new BatchConverter[1];
      runner[0] =
          new BatchConverter(
              this::line,
              new BatchOptions(jobs, Duration.ofMinutes(1), BatchOptions.Existing.SKIP, ""),
              log,
              new BatchListener() {
                @Override
                public void ended(BatchItem item, ItemResult result) {
                  if (ended.incrementAndGet() >= stopAfter) {
                    runner[0].stop();
                  }
                }
              },
              shards);
      return runner[0].run(items);
    }
  }

  /** Texts of all lines, shard after shard; and what the index says is what is there. */
  private List<String> texts() throws IOException {
    JsonNode index = MAPPER.readTree(out.resolve("units-index.json").toFile());
    List<String> texts = new ArrayList<>();
    List<String> named = new ArrayList<>();
    for (JsonNode shard : index.get("shards")) {
      Path file = out.resolve(shard.get("file").asText());
      named.add(file.getFileName().toString());
      assertThat(Hashes.sha256(file)).isEqualTo(shard.get("sha256").asText());
      List<String> lines = lines(file);
      assertThat(lines).hasSize(shard.get("lines").asInt());
      assertThat(shard.get("units").asInt()).isEqualTo(2 * lines.size());
      for (String line : lines) {
        texts.add(MAPPER.readTree(line).get("text").asText());
      }
    }
    assertThat(index.get("lines").asInt()).isEqualTo(texts.size());
    named.add("units-index.json");
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(named);
    }
    return texts;
  }

  private static List<String> lines(Path file) throws IOException {
    if (!file.toString().endsWith(".gz")) {
      return Files.readAllLines(file);
    }
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    }
  }

  private List<String> expected() throws IOException {
    List<String> texts = new ArrayList<>();
    for (BatchItem item : items()) {
      String text = Files.readString(item.input());
      if (!text.equals("bad")) {
        texts.add(text);
      }
    }
    return texts;
  }

  private long stagedLines() throws IOException {
    try (Stream<Path> files = Files.walk(state.resolve("units"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void shardsHoldTheLinesInTheOrderOfThePlanAndASecondRunHasNothingToDo() throws Exception {
    run("10", false, 4);
    assertThat(texts()).isEqualTo(expected());
    assertThat(lines(out.resolve("units-00001.jsonl"))).hasSize(10);
    assertThat(lines(out.resolve("units-00002.jsonl"))).hasSize(5);
    assertThat(stagedLines()).isZero();
    assertThat(run("10", false, 4).unchanged()).isEqualTo(25);
    assertThat(processed).hasValue(25);
    assertThat(texts()).isEqualTo(expected());
  }

  @Test
  void shardsOfASizeAreFullBeforeTheNextBegins() throws Exception {
    run("1KB", true, 3);
    assertThat(texts()).isEqualTo(expected());
    List<String> first = lines(out.resolve("units-00000.jsonl.gz"));
    int bytes = first.stream().mapToInt(line -> line.length() + 1).sum();
    assertThat(bytes).isBetween(1_000, 1_100);
    assertThat(run("1KB", true, 1).unchanged()).isEqualTo(25);
  }

  @Test
  void aNewLineTakesItsPlaceAndAFailedOneComesInLater() throws Exception {
    for (String size : List.of("4", "1KB")) {
      Files.writeString(input(3), "bad");
      run(size, true, 2);
      assertThat(texts()).isEqualTo(expected()).hasSize(24);
      Files.writeString(input(3), "good at last");
      Files.writeString(input(14), "changed");
      assertThat(run(size, true, 2).done()).isEqualTo(2);
      assertThat(texts()).isEqualTo(expected()).hasSize(25);
      Files.writeString(input(14), "bad");
      run(size, true, 2);
      assertThat(texts()).isEqualTo(expected()).hasSize(24);
      Files.writeString(input(14), "text 14");
    }
  }

  @Test
  void moreFilesShiftTheShardsAndNothingIsMadeTwice() throws Exception {
    for (String size : List.of("7", "1KB")) {
      run(size, false, 2);
      processed.set(0);
      Files.writeString(in.resolve("file05b" + size + ".wav"), "between");
      run(size, false, 2);
      assertThat(processed).hasValue(1);
      assertThat(texts()).isEqualTo(expected());
      Files.delete(input(9));
      run(size, false, 2);
      assertThat(processed).hasValue(1);
      assertThat(texts()).isEqualTo(expected());
      Files.writeString(input(9), "text 9");
    }
  }

  @Test
  void anotherSizeOrCompressionCutsTheSameLinesAnew() throws Exception {
    run("7", false, 2);
    run("10", true, 2);
    run("1KB", false, 2);
    assertThat(processed).hasValue(25);
    assertThat(texts()).isEqualTo(expected());
  }

  @Test
  void aStoppedBatchGoesOnAndEndsWithTheSameBytes() throws Exception {
    run("4", true, 1);
    Map<String, String> whole = hashes();
    for (int round = 0; round < 10; round++) {
      clean();
      Random random = new Random(round);
      while (run("4", true, 3, 1 + random.nextInt(12)).open() > 0) {
        assertThat(stagedLines()).isLessThan(25);
      }
      assertThat(hashes()).isEqualTo(whole);
    }
  }

  @Test
  void whatAKilledRunLeftBetweenTwoStepsIsPutInOrder() throws Exception {
    run("5", false, 1);
    Map<String, String> whole = hashes();
    Path journal = state.resolve("shards.jsonl");
    List<String> entries = Files.readAllLines(journal);
    // As if killed between the renaming of the last shard and its line in the journal.
    clean();
    run("5", false, 1, 20);
    Files.writeString(state.resolve("units/.emova-batch-x.part"), "half");
    Files.writeString(
        journal,
        String.join("\n", entries.subList(0, entries.size() - 1)) + "\n{\"number\":4,\"ki");
    Files.writeString(out.resolve("units-00004.jsonl"), "written, but not journalled");
    Files.writeString(out.resolve(".emova-batch-y.part"), "half");
    run("5", false, 1);
    assertThat(hashes()).isEqualTo(whole);
    assertThat(stagedLines()).isZero();
  }

  @Test
  void aDamagedShardIsMadeAgain() throws Exception {
    run("5", true, 1);
    Map<String, String> whole = hashes();
    Path shard = out.resolve("units-00001.jsonl.gz");
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    Files.writeString(out.resolve("units-00002.jsonl.gz"), "nothing of the kind");
    run("5", true, 2);
    assertThat(hashes()).isEqualTo(whole);
  }

  @Test
  void filesOfOtherOriginAreNotReplacedUnasked() throws Exception {
    Files.createDirectories(out);
    Files.writeString(out.resolve("units-00000.jsonl"), "precious");
    assertThatThrownBy(() -> run("5", false, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("units-00000.jsonl is not of this batch");
    assertThat(out.resolve("units-00000.jsonl")).hasContent("precious");
  }

  @Test
  void sizesAreReadStrictly() {
    assertThat(ShardSize.parse("500")).isEqualTo(new ShardSize(500, 0));
    assertThat(ShardSize.parse("64MB")).isEqualTo(new ShardSize(0, 64_000_000));
    for (String wrong : List.of("0", "-1", "64 MB", "1TB", "", "99999999999GB", "20000000")) {
      assertThatThrownBy(() -> ShardSize.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private Map<String, String> hashes() throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.list(out)) {
      for (Path file : files.toList()) {
        hashes.put(file.getFileName().toString(), Hashes.sha256(file));
      }
    }
    return hashes;
  }

  private void clean() throws IOException {
    for (Path root : List.of(out, state)) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    assertThat(IntStream.range(0, 25).mapToObj(this::input)).allMatch(Files::exists);
  }
}
