package org.emova4j.style.internal;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.style.Style;

/** Reads and checks a model's {@code style.json}. */
final class StyleTableReader {
  private static final long MOST_BYTES = 16 << 20;
  private static final int MOST_ENTRIES = 10_000;

  private final Path file;

  private StyleTableReader(Path file) {
    this.file = file;
  }

  /**
   * @throws ModelUnavailableException if the file is missing, malformed, or a value is outside its
   *     limits; names the file, the place and the value
   */
  static StyleTable read(Path file) throws ModelUnavailableException {
    return new StyleTableReader(file).read();
  }

  private StyleTable read() throws ModelUnavailableException {
    JsonNode root = parse();
    String space = root.path("space").asText("");
    if (!space.equals(StyleSpace.ID)) {
      throw wrong("space", "\"%s\", must be \"%s\"".formatted(space, StyleSpace.ID));
    }
    Map<String, StyleTable.Speaker> speakers = new LinkedHashMap<>();
    for (JsonNode node : entries(root, "speakers")) {
      put(speakers, "speakers", node, speaker(node));
    }
    Map<String, StyleTable.Emotion> emotions = new LinkedHashMap<>();
    for (JsonNode node : entries(root, "emotions")) {
      put(emotions, "emotions", node, emotion(node));
    }
    return new StyleTable(
        Collections.unmodifiableMap(speakers),
        Collections.unmodifiableMap(emotions),
        amounts(root, "pitches", -24, 24),
        amounts(root, "speeds", 0.25, 4));
  }

  private JsonNode parse() throws ModelUnavailableException {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new ModelUnavailableException(
            "%s is larger than %d bytes".formatted(file, MOST_BYTES));
      }
      return new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw new ModelUnavailableException(
          "%s is not valid JSON: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new ModelUnavailableException("%s can't be read".formatted(file), e);
    }
  }

  private JsonNode entries(JsonNode root, String name) throws ModelUnavailableException {
    JsonNode list = root.path(name);
    if (!list.isArray() || list.isEmpty() || list.size() > MOST_ENTRIES) {
      throw wrong(name, "no list of 1 to " + MOST_ENTRIES + " entries");
    }
    return list;
  }

  private <T> void put(Map<String, T> map, String name, JsonNode node, T value)
      throws ModelUnavailableException {
    String id = node.path("id").asText("");
    if (id.isBlank() || id.equals(Style.SAME_SPEAKER) || map.put(id, value) != null) {
      throw wrong(name, "an entry whose id \"%s\" is blank, reserved or not its own".formatted(id));
    }
  }

  private StyleTable.Speaker speaker(JsonNode node) throws ModelUnavailableException {
    String place = "speakers." + node.path("id").asText();
    JsonNode list = node.path("embedding");
    if (list.size() != StyleSpace.SPEAKER_DIMENSIONS) {
      throw wrong(
          place + ".embedding",
          "%d values, must be %d".formatted(list.size(), StyleSpace.SPEAKER_DIMENSIONS));
    }
    float[] embedding = new float[list.size()];
    double squares = 0;
    for (int i = 0; i < embedding.length; i++) {
      embedding[i] = (float) number(list.path(i), place + ".embedding." + i, -8.1, 8.1);
      squares += embedding[i] * embedding[i];
    }
    if (Math.abs(Math.sqrt(squares) - SpeakerEncoder.LENGTH) > 0.1) {
      throw wrong(
          place + ".embedding",
          "of length %.3f, must be %.0f".formatted(Math.sqrt(squares), SpeakerEncoder.LENGTH));
    }
    return new StyleTable.Speaker(
        embedding,
        number(node.path("lnF0Mean"), place + ".lnF0Mean", Math.log(40), Math.log(800)),
        number(node.path("lnF0Deviation"), place + ".lnF0Deviation", 0, 2));
  }

  private StyleTable.Emotion emotion(JsonNode node) throws ModelUnavailableException {
    return new StyleTable.Emotion(
        factor(node, "pitchSemitones", -24, 24),
        factor(node, "pitchRange", 0.1, 10),
        factor(node, "speed", 0.25, 4),
        factor(node, "energyDb", -40, 40),
        factor(node, "tiltDbPerOctave", -12, 12),
        factor(node, "breathinessDb", -40, 40),
        factor(node, "jitter", -0.3, 0.3),
        factor(node, "finalRiseSemitones", -24, 24),
        node.has("energyContrast") ? factor(node, "energyContrast", 0.1, 10) : 1);
  }

  private double factor(JsonNode emotion, String name, double least, double most)
      throws ModelUnavailableException {
    String place = "emotions." + emotion.path("id").asText() + "." + name;
    return number(emotion.path(name), place, least, most);
  }

  private Map<String, Double> amounts(JsonNode root, String name, double least, double most)
      throws ModelUnavailableException {
    JsonNode object = root.path(name);
    if (!object.isObject() || !object.has("normal") || object.size() > MOST_ENTRIES) {
      throw wrong(name, "no object with an entry \"normal\"");
    }
    Map<String, Double> amounts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      String place = name + "." + entry.getKey();
      amounts.put(entry.getKey(), number(entry.getValue(), place, least, most));
    }
    return Collections.unmodifiableMap(amounts);
  }

  private double number(JsonNode node, String place, double least, double most)
      throws ModelUnavailableException {
    double value = node.asDouble(Double.NaN);
    if (!node.isNumber() || !(value >= least && value <= most)) {
      throw wrong(place, "%s, must be a number in %s..%s".formatted(node, least, most));
    }
    return value;
  }

  private ModelUnavailableException wrong(String place, String what) {
    return new ModelUnavailableException("%s: %s is %s".formatted(file, place, what));
  }
}
