package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the {@code emova} command as users do: as a process of its own. */
final class ChildProcess {
  private static final long MEMORY_PERIOD_MILLIS = 50;

  private ChildProcess() {}

  /**
   * @param seconds from start to end of the process
   * @param output what it wrote to standard output
   * @param peakMegabytes most resident memory; empty where the system doesn't tell
   */
  record Outcome(double seconds, String output, OptionalLong peakMegabytes) {}

  /**
   * @param home the distribution
   * @param variables added to the environment
   * @throws FailedException if its exit code is not 0, with the last line that it wrote
   */
  static Outcome run(Path home, Map<String, String> variables, List<String> arguments)
      throws IOException, InterruptedException, FailedException {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/emova").toString());
    command.addAll(arguments);
    Path output = Files.createTempFile("emova-", ".out");
    Path errors = Files.createTempFile("emova-", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      builder.environment().putAll(variables);
      long begin = System.nanoTime();
      Process process = builder.start();
      process.getOutputStream().close();
      OptionalLong peak = OptionalLong.empty();
      while (!process.waitFor(MEMORY_PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
        OptionalLong now = peakMegabytes(process.pid());
        peak = now.isPresent() ? now : peak;
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      if (process.exitValue() != 0) {
        List<String> lines = Files.readAllLines(errors, StandardCharsets.UTF_8);
        throw new FailedException(
            "\"emova %s\" ended with code %d: %s"
                .formatted(
                    String.join(" ", arguments),
                    process.exitValue(),
                    lines.isEmpty() ? "" : lines.get(lines.size() - 1)));
      }
      return new Outcome(seconds, Files.readString(output), peak);
    } finally {
      Files.deleteIfExists(output);
      Files.deleteIfExists(errors);
    }
  }

  /** From Linux's {@code /proc}; the script becomes the Java process, so the id stays. */
  private static OptionalLong peakMegabytes(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1_000_000)
          .findFirst();
    } catch (IOException | java.io.UncheckedIOException e) {
      return OptionalLong.empty(); // gone, or not Linux
    }
  }
}
