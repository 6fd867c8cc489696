package org.emova4j.qwen.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * The files of a model, in Hugging Face's formats.
 *
 * @param name as messages name it
 * @param config {@code config.json}
 * @param tokenizer {@code tokenizer.json}
 * @param weights safetensors files, at least one
 */
record Checkpoint(String name, JsonNode config, Path tokenizer, List<Path> weights) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_JSON_BYTES = 32 << 20;
  private static final int MAX_SHARDS = 1000;

  Checkpoint {
    weights = List.copyOf(weights);
  }

  /**
   * A folder as {@code save_pretrained} writes it.
   *
   * @throws ModelUnavailableException if a file is missing or malformed
   */
  static Checkpoint read(Path folder) throws ModelUnavailableException {
    if (!Files.isDirectory(folder)) {
      throw new ModelUnavailableException(folder + " is missing or not a folder");
    }
    Path index = folder.resolve("model.safetensors.index.json");
    List<Path> weights =
        Files.isRegularFile(index)
            ? shards(folder, json(index))
            : List.of(folder.resolve("model.safetensors"));
    return new Checkpoint(
        folder.toString(),
        json(folder.resolve("config.json")),
        folder.resolve("tokenizer.json"),
        weights);
  }

  private static List<Path> shards(Path folder, JsonNode index) throws ModelUnavailableException {
    TreeSet<String> names = new TreeSet<>();
    for (JsonNode file : index.path("weight_map")) {
      names.add(file.asText());
      if (names.size() > MAX_SHARDS) {
        throw new ModelUnavailableException(
            "%s: the index names more than %d files".formatted(folder, MAX_SHARDS));
      }
    }
    List<Path> shards = new ArrayList<>();
    for (String name : names) {
      if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,200}\\.safetensors")) {
        throw new ModelUnavailableException(
            "%s: the index names \"%s\", which is no plain safetensors file"
                .formatted(folder, Excerpt.of(name)));
      }
      shards.add(folder.resolve(name));
    }
    if (shards.isEmpty()) {
      throw new ModelUnavailableException(folder + ": the index names no files");
    }
    return shards;
  }

  /**
   * @throws ModelUnavailableException if the file is missing, too large, or no JSON object
   */
  static JsonNode json(Path file) throws ModelUnavailableException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_JSON_BYTES + 1);
      if (bytes.length > MAX_JSON_BYTES) {
        throw new ModelUnavailableException(
            "%s is longer than %d bytes".formatted(file, MAX_JSON_BYTES));
      }
      JsonNode root = JSON.readTree(bytes);
      if (root == null || !root.isObject()) {
        throw new ModelUnavailableException(file + " is not a JSON object");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new ModelUnavailableException(
          "%s is not JSON: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new ModelUnavailableException(file + " is missing or can't be read", e);
    }
  }
}
