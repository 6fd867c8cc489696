package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Batches that end before their time. {@code -Demova.kills=20} kills as many runs at random times.
 */
class BatchKillTest {
  private static final int KILLS = Integer.getInteger("emova.kills", 2);
  private static final int COPIES = 4;

  @TempDir Path folder;
  private Path in;

  @BeforeEach
  void makeInputs() throws IOException {
    in = Files.createDirectories(folder.resolve("in/deep"));
    List<Path> samples;
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("emova.samples")))) {
      samples = files.filter(f -> f.toString().endsWith(".flac")).sorted().toList();
    }
    for (int copy = 0; copy < COPIES; copy++) {
      for (Path sample : samples) {
        Files.copy(sample, in.resolve(copy + "-" + sample.getFileName()));
      }
    }
    in = in.getParent();
  }

  private List<Object> arguments(Path out, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("batch", in, out));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--jobs")) {
      arguments.addAll(List.of("--jobs", "2"));
    }
    return arguments;
  }

  private int run(List<Object> arguments) throws Exception {
    EmovaProcess process = EmovaProcess.run(folder, arguments.toArray());
    assertThat(process.err()).contains(" of audio in ");
    return process.process().exitValue();
  }

  @Test
  void aKilledBatchEndsLikeOneThatWasLeftAlone() throws Exception {
    killAndResume("--format", "flac", "--emotion", "sad");
  }

  @Test
  void aKilledBatchOfShardsEndsLikeOneThatWasLeftAlone() throws Exception {
    killAndResume("--task", "tokenize", "--shard-size", "5", "--shard-gzip", "--isolate");
  }

  private void killAndResume(Object... options) throws Exception {
    Path whole = folder.resolve("whole");
    assertThat(run(arguments(whole, options))).isZero();
    Map<String, String> expected = EmovaProcess.results(whole);
    assertThat(expected).hasSizeGreaterThan(4);
    int met = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Path out = folder.resolve("killed" + kill);
      EmovaProcess process = EmovaProcess.start(folder, arguments(out, options).toArray());
      Random random = new Random(kill);
      awaitLines(process, out, 1 + random.nextInt(2 * 4 * COPIES - 2));
      boolean ended = process.process().waitFor(random.nextInt(120), TimeUnit.MILLISECONDS);
      List<ProcessHandle> helpers = process.process().descendants().toList();
      process.process().destroyForcibly().waitFor();
      met += ended ? 0 : 1;
      assertThat(expected).containsAllEntriesOf(withoutIndex(out)); // nothing half-written
      assertThat(run(arguments(out, options))).isZero();
      assertThat(EmovaProcess.results(out)).isEqualTo(expected);
      assertThat(EmovaProcess.leftovers(out)).isEmpty();
      assertThat(helpers).noneMatch(ProcessHandle::isAlive);
    }
    System.out.printf("%d of %d batches were killed while they ran%n", met, KILLS);
    assertThat(met).isPositive();
  }

  /** Waits until the log is so long: two lines an item. */
  private static void awaitLines(EmovaProcess process, Path out, int lines) throws Exception {
    Path log = out.resolve(".emova-batch/results.jsonl");
    while (process.process().isAlive()
        && (!Files.exists(log) || Files.readString(log).lines().count() < lines)) {
      Thread.sleep(5);
    }
  }

  /** Final names of a batch that was killed; its index and its drafts are not final. */
  private static Map<String, String> withoutIndex(Path out) throws Exception {
    if (!Files.exists(out)) {
      return Map.of();
    }
    Map<String, String> results = EmovaProcess.results(out);
    results.keySet().removeIf(name -> name.endsWith(".part") || name.equals("units-index.json"));
    return results;
  }

  @Test
  void oneInterruptEndsWhatRunsAndTheSameCommandGoesOn() throws Exception {
    Path out = folder.resolve("out");
    EmovaProcess process = EmovaProcess.start(folder, arguments(out, "--isolate").toArray());
    EmovaProcess.awaitText(out.resolve(".emova-batch/results.jsonl"), "\"BEGUN\"");
    for (ProcessHandle all : process.process().descendants().toList()) {
      EmovaProcess.signal("INT", all.pid()); // as a terminal does to the whole group
    }
    EmovaProcess.signal("INT", process.process().pid());
    assertThat(process.await()).isEqualTo(1);
    assertThat(process.err()).contains("ending what runs", " 0 failed").doesNotContain(" 0 done");
    assertThat(EmovaProcess.leftovers(out)).isEmpty();
    assertThat(run(arguments(out, "--isolate"))).isZero();
    assertThat(EmovaProcess.results(out)).hasSize(4 * COPIES);
  }

  @Test
  void twoInterruptsStopAtOnceAndLeaveNothingHalfWritten() throws Exception {
    Path whole = folder.resolve("whole");
    assertThat(run(arguments(whole))).isZero();
    Path out = folder.resolve("out");
    EmovaProcess process = EmovaProcess.start(folder, arguments(out).toArray());
    EmovaProcess.awaitText(out.resolve(".emova-batch/results.jsonl"), "\"BEGUN\"");
    EmovaProcess.signal("INT", process.process().pid());
    Thread.sleep(50); // signals that meet are one
    if (process.process().isAlive()) {
      EmovaProcess.signal("INT", process.process().pid());
    }
    assertThat(process.await()).isEqualTo(1);
    assertThat(EmovaProcess.results(whole)).containsAllEntriesOf(withoutIndex(out));
    assertThat(run(arguments(out))).isZero();
    assertThat(EmovaProcess.results(out)).isEqualTo(EmovaProcess.results(whole));
    assertThat(EmovaProcess.leftovers(out)).isEmpty();
  }

  @Test
  void howManyRunAtATimeChangesNoByte() throws Exception {
    assertThat(run(arguments(folder.resolve("one"), "--jobs", "1", "--format", "opus"))).isZero();
    assertThat(run(arguments(folder.resolve("eight"), "--jobs", "8", "--format", "opus"))).isZero();
    assertThat(EmovaProcess.results(folder.resolve("eight")))
        .hasSize(4 * COPIES)
        .isEqualTo(EmovaProcess.results(folder.resolve("one")));
  }
}
