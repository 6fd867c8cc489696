package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The distribution's {@code emova}, as a process of its own. */
final class EmovaProcess {
  private static final long PATIENCE_SECONDS = 180;

  private final Process process;
  private final Path out;
  private final Path err;

  private EmovaProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Begins, and doesn't wait. */
  static EmovaProcess start(Path folder, List<String> before, List<?> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    // What was started in the background of a shell ignores interrupts, and so would its children.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("emova.distribution"), "bin/emova").toString());
    arguments.forEach(argument -> command.add(String.valueOf(argument)));
    Path out = Files.createTempFile(folder, "emova", ".out");
    Path err = Files.createTempFile(folder, "emova", ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .redirectInput(new java.io.File("/dev/null"))
            .start();
    return new EmovaProcess(process, out, err);
  }

  static EmovaProcess start(Path folder, Object... arguments) throws IOException {
    return start(folder, List.of(), List.of(arguments));
  }

  /** Runs to the end. */
  static EmovaProcess run(Path folder, Object... arguments) throws Exception {
    EmovaProcess process = start(folder, arguments);
    process.await();
    return process;
  }

  int await() throws Exception {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("no end after %d s: %s".formatted(PATIENCE_SECONDS, err()));
    }
    return process.exitValue();
  }

  Process process() {
    return process;
  }

  /** Sends a signal by its name. */
  static void signal(String name, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor())
        .isZero();
  }

  String out() throws IOException {
    return Files.readString(out);
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  /** All files below a folder but those of the batch itself, with the hash of their content. */
  static Map<String, String> results(Path folder) throws Exception {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (!name.startsWith(".emova-batch/")) {
          byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
          hashes.put(name, HexFormat.of().formatHex(digest));
        }
      }
    }
    return hashes;
  }

  /** Drafts and the like that a finished batch must not leave anywhere. */
  static List<String> leftovers(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .map(Path::toString)
          .filter(name -> name.endsWith(".part") || name.endsWith(".reserve"))
          .toList();
    }
  }

  /** Waits for a text in a file. */
  static void awaitText(Path file, String text) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Files.exists(file)
        || !Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("%s never said %s".formatted(file, text));
      }
      Thread.sleep(10);
    }
  }
}
