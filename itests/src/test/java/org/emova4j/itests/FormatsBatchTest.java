package org.emova4j.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of all kinds, broken ones among them, in one batch, through the command that ships. */
class FormatsBatchTest {
  private static final Path HOME = Path.of(System.getProperty("emova.distribution"));
  private static final Path FORMATS =
      Path.of(System.getProperty("emova.shared"), "speech", "formats").toAbsolutePath().normalize();
  private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":\"((?:[^\"\\\\]|\\\\.)*)\"");

  @TempDir Path folder;

  @BeforeEach
  void findFiles() {
    Assumptions.assumeTrue(Files.isDirectory(FORMATS), FORMATS + " is absent");
  }

  /** The log's last line of each input. */
  private Map<String, Map<String, String>> batch(Path out, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(HOME.resolve("bin/emova").toString());
    command.addAll(List.of("batch", FORMATS.toString(), out.toString(), "--include", "**"));
    command.addAll(List.of("--name", "{dir}/{file}.{ext}", "--progress", "none"));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(1); // some are broken
    assertThat(said).doesNotContain("not done yet");
    Map<String, Map<String, String>> results = new TreeMap<>();
    for (String line : Files.readAllLines(out.resolve(".emova-batch/results.jsonl"))) {
      Map<String, String> fields = new TreeMap<>();
      for (Matcher field = FIELD.matcher(line); field.find(); ) {
        fields.put(field.group(1), field.group(2));
      }
      results.put(fields.get("input"), fields);
    }
    return results;
  }

  private static void requireResultsOrReasons(
      Path out, Map<String, Map<String, String>> results, int fewestResults) throws Exception {
    int made = 0;
    for (Map<String, String> result : results.values()) {
      String name = Path.of(URI.create(result.get("input"))).getFileName().toString();
      if (result.get("status").equals("OK")) {
        assertThat(Files.size(Path.of(URI.create(result.get("output"))))).as(name).isPositive();
        made++;
      } else {
        assertThat(result.get("status")).as(name).isEqualTo("FAILED");
        assertThat(result.get("stage")).as(name).isNotEmpty();
        assertThat(result.get("reason")).contains(name);
      }
    }
    assertThat(made).isGreaterThanOrEqualTo(fewestResults);
    try (Stream<Path> files = Files.walk(out)) {
      assertThat(files).noneMatch(f -> f.getFileName().toString().startsWith(".emova-batch-"));
    }
  }

  private static long visibleFiles() throws Exception {
    try (Stream<Path> files = Files.walk(FORMATS)) {
      return files
          .filter(Files::isRegularFile)
          .filter(f -> !f.getFileName().toString().startsWith("."))
          .count();
    }
  }

  @Test
  void everyFileIsTranscodedOrRefusedByNameAndInAnyOrderToTheSameBytes() throws Exception {
    String[] options = {
      "--task",
      "transcode",
      "--keep-video",
      "--channels",
      "both",
      "--loudness",
      "-16",
      "--true-peak",
      "-1"
    };
    Map<String, Map<String, String>> one = batch(folder.resolve("one"), with(options, "1"));
    assertThat(one).hasSize((int) visibleFiles());
    requireResultsOrReasons(folder.resolve("one"), one, 120);

    Map<String, Map<String, String>> eight = batch(folder.resolve("eight"), with(options, "8"));
    assertThat(hashes(eight)).isEqualTo(hashes(one));
  }

  private static String[] with(String[] options, String jobs) {
    return Stream.concat(Stream.of(options), Stream.of("--jobs", jobs)).toArray(String[]::new);
  }

  private static Map<String, String> hashes(Map<String, Map<String, String>> results) {
    Map<String, String> hashes = new TreeMap<>();
    results.forEach((input, r) -> hashes.put(input, r.getOrDefault("outputSha256", "none")));
    return hashes;
  }

  @Test
  void everyFileIsConvertedOrRefusedByName() throws Exception {
    // Longer ones are refused as that, which keeps this short.
    Map<String, Map<String, String>> results =
        batch(
            folder.resolve("out"),
            "--speaker",
            "male",
            "--format",
            "flac",
            "--preset",
            "podcast",
            "--max-duration",
            "2.5",
            "--jobs",
            "2");
    assertThat(results).hasSize((int) visibleFiles());
    requireResultsOrReasons(folder.resolve("out"), results, 60);
  }
}
