package org.emova4j.models.internal.imports;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.models.internal.checkpoint.Checkpoint;

/**
 * The files of a release, by what they may be.
 *
 * @param tensors files that belong together: one, or all that an index lists
 * @param centroids NumPy files that are named after a condition
 * @param configurations JSON and YAML
 */
record Sources(Map<Path, List<Path>> tensors, List<Path> centroids, List<Path> configurations) {
  private static final int MAX_DEPTH = 8;
  private static final int MAX_FILES = 20_000;
  private static final int MAX_INDEX_BYTES = 32 << 20;
  private static final String INDEX = ".index.json";
  private static final Set<String> TENSORS = Set.of("ckpt", "pth", "pt", "bin", "safetensors");
  private static final Set<String> CONFIGURATIONS = Set.of("json", "yaml", "yml");

  /**
   * @throws ModelUnavailableException if a source is missing, or is a Git-LFS pointer instead of
   *     what it should be; names all that are
   */
  static Sources find(List<Path> paths) throws IOException, ModelUnavailableException {
    Set<Path> files = new LinkedHashSet<>();
    Set<Path> named = new LinkedHashSet<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        files.addAll(walk(path));
      } else if (Files.isRegularFile(path)) {
        files.add(path);
        named.add(path);
      } else {
        throw new ModelUnavailableException(path + " is missing");
      }
    }
    Map<Path, List<Path>> tensors = new LinkedHashMap<>();
    List<Path> centroids = new ArrayList<>();
    List<Path> configurations = new ArrayList<>();
    List<Path> indexes = new ArrayList<>();
    for (Path file : files) {
      String extension = extension(file);
      if (Centroids.isCentroid(file)) {
        centroids.add(file);
      } else if (file.getFileName().toString().endsWith(INDEX)) {
        indexes.add(file);
      } else if (CONFIGURATIONS.contains(extension)) {
        configurations.add(file);
      } else if (TENSORS.contains(extension) || named.contains(file)) {
        tensors.put(file, List.of(file));
      }
    }
    for (Path index : indexes) {
      List<Path> shards = shards(index);
      shards.forEach(tensors::remove);
      tensors.put(index, shards);
    }
    refusePointers(tensors, centroids);
    return new Sources(tensors, centroids, configurations);
  }

  private static List<Path> walk(Path folder) throws IOException, ModelUnavailableException {
    try (Stream<Path> tree = Files.walk(folder, MAX_DEPTH)) {
      List<Path> files = tree.filter(Files::isRegularFile).limit(MAX_FILES + 1L).sorted().toList();
      if (files.size() > MAX_FILES) {
        throw new ModelUnavailableException(
            "%s holds more than %d files".formatted(folder, MAX_FILES));
      }
      return files;
    }
  }

  private static String extension(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** The files that an index says the tensors lie in. */
  private static List<Path> shards(Path index) throws IOException, ModelUnavailableException {
    if (Files.size(index) > MAX_INDEX_BYTES) {
      throw new ModelUnavailableException(
          "%s is larger than %d bytes".formatted(index, MAX_INDEX_BYTES));
    }
    JsonNode map;
    try {
      map = new ObjectMapper().readTree(Files.readAllBytes(index)).path("weight_map");
    } catch (JacksonException e) {
      throw new ModelUnavailableException(
          "%s is not JSON: %s".formatted(index, e.getOriginalMessage()), e);
    }
    Set<Path> shards = new LinkedHashSet<>();
    for (JsonNode value : map) {
      String name = value.asText("");
      if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")) {
        throw new ModelUnavailableException(
            "%s: weight_map has a value that is no file name".formatted(index));
      }
      shards.add(index.resolveSibling(name));
    }
    if (shards.isEmpty()) {
      throw new ModelUnavailableException("%s has no weight_map".formatted(index));
    }
    for (Path shard : shards) {
      if (!Files.isRegularFile(shard)) {
        throw new ModelUnavailableException("%s is missing, %s lists it".formatted(shard, index));
      }
    }
    return List.copyOf(shards);
  }

  private static void refusePointers(Map<Path, List<Path>> tensors, List<Path> centroids)
      throws IOException, ModelUnavailableException {
    List<String> pointers = new ArrayList<>();
    for (List<Path> files : tensors.values()) {
      for (Path file : files) {
        if (Checkpoint.isLfsPointer(file)) {
          pointers.add(file.toString());
        }
      }
    }
    for (Path file : centroids) {
      if (Checkpoint.isLfsPointer(file)) {
        pointers.add(file.toString());
      }
    }
    if (!pointers.isEmpty()) {
      throw new ModelUnavailableException(
          "%s: Git-LFS pointers and not the files themselves, which \"git lfs pull\" fetches"
              .formatted(Listing.of(pointers)));
    }
  }
}
