package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * Energy that the processors take, as Linux tells it (powercap, Intel's and AMD's RAPL counters).
 * Most systems let only root read it, and most virtual machines don't have it.
 */
final class EnergyMeter {
  static final Path LINUX = Path.of("/sys/class/powercap");

  private final Map<Path, Long> begin;

  private EnergyMeter(Map<Path, Long> begin) {
    this.begin = begin;
  }

  /** Begins to measure. */
  static EnergyMeter start(Path powercap) {
    return new EnergyMeter(read(powercap));
  }

  /** Joules of all processor packages since the start; empty where the machine doesn't tell. */
  OptionalDouble joules() {
    if (begin.isEmpty()) {
      return OptionalDouble.empty();
    }
    double joules = 0;
    for (Map.Entry<Path, Long> zone : begin.entrySet()) {
      try {
        long micro = number(zone.getKey().resolve("energy_uj")) - zone.getValue();
        if (micro < 0) { // the counter began anew
          micro += number(zone.getKey().resolve("max_energy_range_uj"));
        }
        joules += micro / 1e6;
      } catch (IOException e) {
        return OptionalDouble.empty();
      }
    }
    return OptionalDouble.of(joules);
  }

  private static Map<Path, Long> read(Path powercap) {
    Map<Path, Long> zones = new LinkedHashMap<>();
    try (Stream<Path> entries = Files.list(powercap)) {
      List<Path> packages =
          entries
              .filter(zone -> zone.getFileName().toString().matches("intel-rapl:\\d+"))
              .sorted()
              .toList();
      for (Path zone : packages) {
        if (Files.readString(zone.resolve("name")).strip().startsWith("package")) {
          zones.put(zone, number(zone.resolve("energy_uj")));
        }
      }
    } catch (IOException e) {
      return Map.of(); // not Linux, no such counters, or not for this user
    }
    return zones;
  }

  private static long number(Path file) throws IOException {
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (NumberFormatException e) {
      throw new IOException("%s holds no number".formatted(file), e);
    }
  }
}
