package org.emova4j.models.internal.imports;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.speech.ModelUnavailableException;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Finds the configuration of a network among JSON and YAML files, also inside of others. */
final class Configurations {
  private static final int MAX_BYTES = 4 << 20;
  private static final int MAX_DEPTH = 4;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Configurations() {}

  /**
   * @throws ModelUnavailableException if there are two that differ, or a file is malformed
   */
  static Optional<Settings> find(Architecture architecture, List<Path> files)
      throws IOException, ModelUnavailableException {
    List<Settings> found = new ArrayList<>();
    for (Path file : files) {
      if (Files.size(file) > MAX_BYTES) {
        continue; // a vocabulary or the like
      }
      search(architecture, read(file), MAX_DEPTH)
          .ifPresent(node -> found.add(new Settings(file.toString(), node)));
    }
    for (Settings other : found) {
      if (!other.root().equals(found.get(0).root())) {
        throw new ModelUnavailableException(
            "%s and %s are both configurations of %s, and differ"
                .formatted(found.get(0).source(), other.source(), architecture.id()));
      }
    }
    return found.stream().findFirst();
  }

  /** The released model's. */
  static Settings official(Architecture architecture) {
    String name = architecture.id() + ".json";
    try (InputStream in = Configurations.class.getResourceAsStream(name)) {
      return new Settings("the official configuration", JSON.readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException("%s can't be read".formatted(name), e);
    }
  }

  private static Optional<JsonNode> search(Architecture architecture, JsonNode node, int depth) {
    if (architecture.isConfiguration(node)) {
      return Optional.of(node);
    }
    if (depth > 0 && node.isObject()) {
      for (JsonNode child : node) {
        Optional<JsonNode> found = search(architecture, child, depth - 1);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static JsonNode read(Path file) throws IOException, ModelUnavailableException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      if (file.toString().endsWith(".json")) {
        return JSON.readTree(bytes);
      }
      // Plain YAML 1.2: a tag that would make an object of some class is an error.
      LoadSettings settings =
          LoadSettings.builder()
              .setLabel(file.toString())
              .setMaxAliasesForCollections(50)
              .setCodePointLimit(MAX_BYTES)
              .build();
      Object root = new Load(settings).loadFromString(new String(bytes, StandardCharsets.UTF_8));
      return JSON.valueToTree(root);
    } catch (JacksonException e) {
      throw new ModelUnavailableException(
          "%s is not JSON: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (YamlEngineException | IllegalArgumentException e) {
      throw new ModelUnavailableException(
          "%s is not plain YAML: %s".formatted(file, firstLine(e)), e);
    }
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
