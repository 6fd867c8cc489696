package org.emova4j.models.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.model.ModelManifest.Component;
import org.emova4j.api.model.ModelManifest.DataSource;
import org.emova4j.api.model.ModelManifest.FileEntry;
import org.emova4j.api.speech.ModelUnavailableException;

/** Reads {@code model.json}: field names are those of {@link ModelManifest}, unknown ones pass. */
final class ManifestReader {
  static final String FILE_NAME = "model.json";

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(32)
                          .maxStringLength(100_000)
                          .maxNumberLength(50)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** A field that is missing or wrong; the reader adds the file's name. */
  private static final class FieldException extends Exception {
    private static final long serialVersionUID = 1L;

    FieldException(String field, String problem) {
      super("field %s %s".formatted(field, problem));
    }
  }

  private ManifestReader() {}

  /**
   * @param name what messages call it
   * @throws ModelUnavailableException names the file, the field and what is wrong
   * @throws IOException if the file can't be read
   */
  static ModelManifest read(Path file, String name) throws IOException, ModelUnavailableException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(Limits.MANIFEST_BYTES + 1);
    }
    if (bytes.length > Limits.MANIFEST_BYTES) {
      throw new ModelUnavailableException(
          "%s is longer than %d bytes".formatted(name, Limits.MANIFEST_BYTES));
    }
    JsonNode root;
    try {
      root = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new ModelUnavailableException(
          "%s is not JSON: %s".formatted(name, e.getOriginalMessage()), e);
    }
    try {
      return manifest(root);
    } catch (FieldException | IllegalArgumentException e) {
      throw new ModelUnavailableException("%s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private static ModelManifest manifest(JsonNode root) throws FieldException {
    if (!root.isObject()) {
      throw new FieldException("(root)", "is not an object");
    }
    List<FileEntry> files = new ArrayList<>();
    for (Item item : items(root, "", "files")) {
      long size = wholeNumber(item.node(), item.path(), "size");
      String fileName = text(item.node(), item.path(), "name");
      String sha256 = text(item.node(), item.path(), "sha256");
      files.add(new FileEntry(fileName, size, sha256));
    }
    checkNames(files);
    List<Component> components = new ArrayList<>();
    for (Item item : items(root, "", "components")) {
      components.add(component(item, files));
    }
    List<DataSource> sources = new ArrayList<>();
    for (Item item : items(root, "", "dataSources")) {
      sources.add(
          new DataSource(
              text(item.node(), item.path(), "name"), text(item.node(), item.path(), "licence")));
    }
    return new ModelManifest(
        text(root, "", "id"),
        text(root, "", "version"),
        text(root, "", "description"),
        text(root, "", "licence"),
        texts(root, "", "languages"),
        sources,
        quality(root),
        components,
        files);
  }

  private static void checkNames(List<FileEntry> files) throws FieldException {
    if (files.size() > Limits.ENTRIES) {
      throw new FieldException(
          "files", "lists %d files, the limit is %d".formatted(files.size(), Limits.ENTRIES));
    }
    Set<String> seen = new HashSet<>(Set.of(FILE_NAME));
    for (int i = 0; i < files.size(); i++) {
      String name = files.get(i).name();
      String field = "files[%d].name".formatted(i);
      Optional<String> problem = EntryNames.problem(name);
      if (problem.isPresent()) {
        throw new FieldException(
            field, "is \"%s\": %s".formatted(EntryNames.printable(name), problem.get()));
      }
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        throw new FieldException(field, "is \"%s\", which is taken".formatted(name));
      }
    }
  }

  private static Component component(Item item, List<FileEntry> files) throws FieldException {
    JsonNode node = item.node();
    String path = item.path();
    long sampleRate = wholeNumber(node, path, "sampleRate");
    if (sampleRate < 1000 || sampleRate > 384_000) {
      throw new FieldException(
          path + "sampleRate", "is %d, must be from 1000 to 384000".formatted(sampleRate));
    }
    Map<String, String> purposes = new LinkedHashMap<>();
    JsonNode object = required(node, path, "files");
    if (!object.isObject()) {
      throw new FieldException(path + "files", "is not an object");
    }
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = text(object, path + "files.", field.getKey());
      if (files.stream().noneMatch(f -> f.name().equals(name))) {
        throw new FieldException(
            path + "files." + field.getKey(),
            "is \"%s\", which is not among files".formatted(EntryNames.printable(name)));
      }
      purposes.put(field.getKey(), name);
    }
    return new Component(
        text(node, path, "role"),
        text(node, path, "architecture"),
        optionalText(node, path, "codebook"),
        optionalText(node, path, "styleSpace"),
        (int) sampleRate,
        purposes,
        settings(node, path));
  }

  private static String settings(JsonNode node, String path) throws FieldException {
    JsonNode settings = node.get("settings");
    if (settings == null || settings.isNull()) {
      return "{}";
    }
    if (!settings.isObject()) {
      throw new FieldException(path + "settings", "is not an object");
    }
    return settings.toString();
  }

  private static Map<String, Double> quality(JsonNode root) throws FieldException {
    JsonNode object = required(root, "", "quality");
    if (!object.isObject()) {
      throw new FieldException("quality", "is not an object");
    }
    Map<String, Double> quality = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!field.getValue().isNumber() || !Double.isFinite(field.getValue().doubleValue())) {
        throw new FieldException("quality." + field.getKey(), "is not a finite number");
      }
      quality.put(field.getKey(), field.getValue().doubleValue());
    }
    return quality;
  }

  private record Item(JsonNode node, String path) {}

  private static List<Item> items(JsonNode node, String path, String field) throws FieldException {
    JsonNode array = required(node, path, field);
    if (!array.isArray()) {
      throw new FieldException(path + field, "is not an array");
    }
    List<Item> items = new ArrayList<>();
    for (JsonNode element : array) {
      String place = "%s%s[%d]".formatted(path, field, items.size());
      if (!element.isObject()) {
        throw new FieldException(place, "is not an object");
      }
      items.add(new Item(element, place + "."));
    }
    return items;
  }

  private static List<String> texts(JsonNode node, String path, String field)
      throws FieldException {
    JsonNode array = required(node, path, field);
    if (!array.isArray()) {
      throw new FieldException(path + field, "is not an array");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : array) {
      if (!element.isTextual()) {
        throw new FieldException(
            "%s%s[%d]".formatted(path, field, texts.size()), "is not a string");
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  private static String text(JsonNode node, String path, String field) throws FieldException {
    return optionalText(node, path, field)
        .orElseThrow(() -> new FieldException(path + field, "is missing"));
  }

  private static Optional<String> optionalText(JsonNode node, String path, String field)
      throws FieldException {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw new FieldException(path + field, "is not a string");
    }
    return Optional.of(value.textValue());
  }

  private static long wholeNumber(JsonNode node, String path, String field) throws FieldException {
    JsonNode value = required(node, path, field);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new FieldException(path + field, "is not a whole number");
    }
    return value.longValue();
  }

  private static JsonNode required(JsonNode node, String path, String field) throws FieldException {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      throw new FieldException(path + field, "is missing");
    }
    return value;
  }
}
