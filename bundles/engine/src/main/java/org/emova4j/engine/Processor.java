package org.emova4j.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;

/** What this machine's processor can do, as far as Linux tells. */
final class Processor {
  private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");
  private static final Set<String> BFLOAT16 = Set.of("avx512_bf16", "amx_bf16");

  private Processor() {}

  /** Whether it has instructions that multiply bfloat16; false where nobody knows. */
  static boolean multipliesBfloat16() {
    try (Stream<String> lines = Files.lines(DESCRIPTION, StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .limit(1)
          .flatMap(line -> Arrays.stream(line.split("[\\s:]+")))
          .anyMatch(BFLOAT16::contains);
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }
}
