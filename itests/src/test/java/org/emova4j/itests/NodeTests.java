package org.emova4j.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Tests in JavaScript, run by Node's own test runner in a folder of the build. */
final class NodeTests {
  private static final int INSTALL_SECONDS = 180;
  private static final int TEST_SECONDS = 600;

  private final Path folder;

  /** Takes the tests along, and leaves what npm has put there before. */
  NodeTests(Path folder, Path tests) throws IOException {
    this.folder = Files.createDirectories(folder);
    copy(tests, folder);
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** Skips what needs Node where there is none that is new enough. */
  static void assumeNode() throws Exception {
    try {
      Process node = new ProcessBuilder("node", "--version").redirectErrorStream(true).start();
      String version = new String(node.getInputStream().readAllBytes(), UTF_8).strip();
      if (Integer.parseInt(version.replaceAll("^v(\\d+).*$", "$1")) < 20) {
        abort("needs Node 20 or later, there is " + version);
      }
    } catch (IOException e) {
      abort("needs Node 20 or later: " + e.getMessage());
    }
  }

  /**
   * What {@code package-lock.json} names, from npm's cache where it is; skips where it can't be
   * had.
   */
  void assumePackages() throws Exception {
    Path installed = folder.resolve("node_modules/.package-lock.json");
    Path wanted = folder.resolve("package-lock.json");
    Path done = folder.resolve("node_modules/.installed-from");
    if (Files.exists(installed) && Files.exists(done) && Files.mismatch(done, wanted) < 0) {
      return;
    }
    Result result =
        run(INSTALL_SECONDS, Map.of(), "npm", "ci", "--prefer-offline", "--ignore-scripts");
    if (result.status() != 0) {
      abort("npm can't get playwright-core and axe-core: " + result.tail());
    }
    Files.copy(wanted, done, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Runs a file of tests; all that it says is in the folder, what matters in the failure. */
  void passes(String file, Map<String, String> environment) throws Exception {
    Result result = run(TEST_SECONDS, environment, "node", "--test", "--test-reporter=spec", file);
    assertThat(result.status()).as("%s%n%s", file, result.tail()).isZero();
    assertThat(result.output()).as("tests were run").containsPattern("pass [1-9]");
  }

  private record Result(int status, String output) {
    String tail() {
      int failures = output.indexOf("failing tests:");
      return output.substring(failures >= 0 ? failures : Math.max(0, output.length() - 4_000));
    }
  }

  private Result run(int seconds, Map<String, String> environment, String... command)
      throws Exception {
    List<String> words = new ArrayList<>(List.of(command));
    Path log = folder.resolve(words.get(words.size() - 1).replaceAll("\\W+", "-") + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Result(-1, e.getMessage()); // there is no such program
    }
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
      return new Result(-1, Files.readString(log) + "not done after " + seconds + " s");
    }
    return new Result(process.exitValue(), Files.readString(log));
  }
}
