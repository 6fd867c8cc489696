package org.emova4j.engine.service;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * The fields of one JSON object. What is wrong is said with the file, the place and the value.
 *
 * @param file for messages
 * @param place of the object in the file, e.g. {@code encoder.preprocessor}
 */
public record Fields(Path file, String place, JsonNode node) {
  private static final int MOST_ENTRIES = 10_000;

  /**
   * What a model's {@code settings} say.
   *
   * @param model its name, for messages
   * @param json a JSON object
   * @throws ModelUnavailableException if it is not JSON
   */
  public static Fields ofSettings(String model, String json) throws ModelUnavailableException {
    try {
      return new Fields(Path.of(model), "settings", new ObjectMapper().readTree(json));
    } catch (JacksonException e) {
      throw new ModelUnavailableException(
          "%s: its settings are not JSON: %s".formatted(model, e.getOriginalMessage()), e);
    }
  }

  public Fields object(String name) throws ModelUnavailableException {
    JsonNode child = node.path(name);
    if (!child.isObject()) {
      throw wrong(name, "is missing or no object");
    }
    return new Fields(file, path(name), child);
  }

  public List<Fields> objects(String name) throws ModelUnavailableException {
    List<Fields> objects = new ArrayList<>();
    JsonNode list = list(name);
    for (int i = 0; i < list.size(); i++) {
      if (!list.get(i).isObject()) {
        throw wrong(name, "has no object at index " + i);
      }
      objects.add(new Fields(file, path(name) + "[" + i + "]", list.get(i)));
    }
    return objects;
  }

  public List<String> texts(String name) throws ModelUnavailableException {
    List<String> texts = new ArrayList<>();
    for (JsonNode text : list(name)) {
      if (!text.isTextual() || text.asText().isBlank()) {
        throw wrong(name, "has %s at index %d, no text".formatted(text, texts.size()));
      }
      texts.add(text.asText());
    }
    return texts;
  }

  public List<Integer> integers(String name, int least, int most) throws ModelUnavailableException {
    List<Integer> integers = new ArrayList<>();
    for (JsonNode value : list(name)) {
      integers.add(integer(name, value, least, most));
    }
    return integers;
  }

  /** A number, or a list of one, as convolutions have them. */
  public int integer(String name, int least, int most) throws ModelUnavailableException {
    JsonNode value = node.path(name);
    return integer(name, value.isArray() && value.size() == 1 ? value.get(0) : value, least, most);
  }

  private int integer(String name, JsonNode value, int least, int most)
      throws ModelUnavailableException {
    if (!value.canConvertToInt()
        || value.asInt() != value.asDouble()
        || value.asInt() < least
        || value.asInt() > most) {
      throw wrong(name, "is %s, must be from %d to %d".formatted(text(value), least, most));
    }
    return value.asInt();
  }

  public double number(String name, double least, double most) throws ModelUnavailableException {
    JsonNode value = node.path(name);
    if (!value.isNumber() || !(value.asDouble() >= least && value.asDouble() <= most)) {
      throw wrong(name, "is %s, must be from %s to %s".formatted(text(value), least, most));
    }
    return value.asDouble();
  }

  /** One of some words; the first of them if the field is missing. */
  public String oneOf(String name, List<String> words) throws ModelUnavailableException {
    JsonNode value = node.path(name);
    if (value.isMissingNode()) {
      return words.get(0);
    }
    if (!value.isTextual() || !words.contains(value.asText())) {
      throw wrong(
          name, "is %s, must be one of %s".formatted(text(value), String.join(", ", words)));
    }
    return value.asText();
  }

  /** Whether there is something other than null. */
  public boolean has(String name) {
    return node.hasNonNull(name);
  }

  /** Refuses what this code doesn't do: the field is missing or has this value. */
  public void only(String name, Object value) throws ModelUnavailableException {
    JsonNode actual = node.path(name);
    if (actual.isArray() && actual.size() == 1) {
      actual = actual.get(0);
    }
    boolean same =
        value instanceof Number number
            ? actual.isNumber() && actual.asDouble() == number.doubleValue()
            : actual.asText().equals(value.toString());
    if (!actual.isMissingNode() && !same) {
      throw wrong(name, "is %s, only %s is supported".formatted(text(actual), value));
    }
  }

  public ModelUnavailableException wrong(String name, String what) {
    return new ModelUnavailableException("%s: %s %s".formatted(file, path(name), what));
  }

  private JsonNode list(String name) throws ModelUnavailableException {
    JsonNode list = node.path(name);
    if (!list.isArray() || list.isEmpty() || list.size() > MOST_ENTRIES) {
      throw wrong(name, "is no list of 1 to %d entries".formatted(MOST_ENTRIES));
    }
    return list;
  }

  private String path(String name) {
    return place.isEmpty() ? name : place + "." + name;
  }

  private static String text(JsonNode value) {
    String text = value.isMissingNode() ? "missing" : value.toString();
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
