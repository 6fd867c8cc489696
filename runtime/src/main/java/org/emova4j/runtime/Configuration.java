package org.emova4j.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What configures the bundles: JSON objects in the form of the OSGi Configurator, {@code {"pid":
 * {"name": value}}}, laid over each other property by property, so that a user's file names only
 * what it changes.
 */
final class Configuration {
  private final Map<String, Map<String, Object>> byPid = new TreeMap<>();

  /**
   * Lays every {@code *.json} of a folder over what is there, in the order of their names.
   *
   * @throws IOException if a file is no such JSON; names it
   */
  Configuration overlayFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return this;
    }
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.filter(f -> f.toString().endsWith(".json")).sorted().toList();
    }
    for (Path file : files) {
      try {
        Json.parseObject(Files.readString(file)).forEach(this::overlayUnchecked);
      } catch (IOException | IllegalArgumentException e) {
        throw new IOException(
            "configuration %s is malformed: %s".formatted(file, firstLine(e.getMessage())), e);
      }
    }
    return this;
  }

  /** Lays properties over those of one configuration. */
  Configuration overlay(String pid, Map<String, ?> properties) {
    byPid.computeIfAbsent(pid, p -> new LinkedHashMap<>()).putAll(properties);
    return this;
  }

  private void overlayUnchecked(String pid, Object properties) {
    if (pid.startsWith(":configurator:")) {
      return; // facts about the file, not a configuration
    }
    if (!(properties instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("\"%s\" is no JSON object".formatted(pid));
    }
    map.forEach((name, value) -> overlay(pid, Map.of(name.toString(), configurable(value))));
  }

  /** Lists as ConfigAdmin takes them: arrays of one type. */
  private static Object configurable(Object value) {
    if (!(value instanceof List<?> list)) {
      return value;
    }
    return list.stream().map(String::valueOf).toArray(String[]::new);
  }

  Map<String, Map<String, Object>> byPid() {
    return byPid;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
