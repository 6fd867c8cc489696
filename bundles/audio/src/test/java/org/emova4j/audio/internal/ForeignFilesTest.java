package org.emova4j.audio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioInfo;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.function.ThrowingSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of all kinds from other programs, many of them broken: each decodes, or is refused by name
 * and reason, in time.
 */
class ForeignFilesTest {
  private static final Duration LIMIT_PER_FILE = Duration.ofSeconds(20);
  private static final int RATE = 16_000;
  private static final Path NONE = Path.of("(no folder of foreign files)");
  private static final Map<String, String> RESULTS = new ConcurrentHashMap<>();

  private final FfmpegAudioReader reader = new FfmpegAudioReader(Duration.ofSeconds(10));

  private static Path folder() {
    return Path.of(System.getProperty("emova.shared", "/nowhere"), "speech", "formats");
  }

  static Stream<Path> files() throws IOException {
    if (!Files.isDirectory(folder())) {
      return Stream.of(NONE);
    }
    try (Stream<Path> files = Files.walk(folder())) {
      return files
          .filter(f -> Files.isRegularFile(f) && !f.endsWith("manifest.tsv"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void decodesOrIsRefusedByNameAndReason(Path file) throws Exception {
    Assumptions.assumeFalse(file == NONE, "the folder of foreign files is absent");
    String result;
    try {
      Audio audio = inTime(() -> reader.decode(file, DecodeOptions.atRate(RATE)));
      result = "ok %8.3f s".formatted((double) audio.length() / RATE);
      assertThat(audio.length()).isPositive();
      try (InputStream stream = new BufferedInputStream(Files.newInputStream(file))) {
        assertThat(reader.decode(stream, file.toString(), DecodeOptions.atRate(RATE)))
            .as("from a stream")
            .isEqualTo(audio);
      }
    } catch (UnsupportedAudioException e) {
      assertThat(e).hasMessageStartingWith(file + " can't be read as audio: ");
      assertThat(e.getMessage()).hasSizeGreaterThan(file.toString().length() + 30);
      result = "refused: " + e.getMessage().substring(file.toString().length() + 25);
    }
    RESULTS.put(folder().relativize(file).toString(), result + " | " + probed(file));
  }

  /** Declares what the work may throw, which the assertion passes on undeclared. */
  private static <T> T inTime(ThrowingSupplier<T> work) throws UnsupportedAudioException {
    return assertTimeoutPreemptively(LIMIT_PER_FILE, work);
  }

  private String probed(Path file) {
    try {
      AudioInfo info = inTime(() -> reader.probe(file));
      return "%s %s %d ch %d Hz %s %s"
          .formatted(
              info.container(),
              info.codec(),
              info.channels(),
              info.sampleRate(),
              info.duration().map(Duration::toString).orElse("-"),
              info.bitRate().isPresent() ? info.bitRate().getAsLong() : "-");
    } catch (UnsupportedAudioException e) {
      return "not probed";
    }
  }

  @AfterAll
  static void report() {
    Map<String, int[]> table = new TreeMap<>();
    new TreeMap<>(RESULTS)
        .forEach(
            (file, result) -> {
              System.out.printf("%-60s %s%n", file, result);
              int[] row = table.computeIfAbsent(file.replaceAll("/.*", ""), f -> new int[2]);
              row[result.startsWith("ok") ? 0 : 1]++;
            });
    table.forEach(
        (f, row) -> System.out.printf("%-10s decoded %3d, refused %3d%n", f, row[0], row[1]));
  }
}
