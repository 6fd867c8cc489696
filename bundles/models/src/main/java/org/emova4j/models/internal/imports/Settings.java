package org.emova4j.models.internal.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;

/** Values of a configuration, each within limits: they say how large a network is. */
record Settings(String source, JsonNode root) {
  static final int MOST = 1 << 20;

  /** A part of this by the names that lead to it, which may be missing. */
  JsonNode at(String path) {
    JsonNode node = root;
    for (String name : path.split("\\.", -1)) {
      node = name.matches("[0-9]+") ? node.path(Integer.parseInt(name)) : node.path(name);
    }
    return node;
  }

  /** A whole number from 1 to about a million. */
  int count(String path) throws ModelUnavailableException {
    return count(path, at(path));
  }

  int count(String path, int absent) throws ModelUnavailableException {
    JsonNode node = at(path);
    return node.isMissingNode() || node.isNull() ? absent : count(path, node);
  }

  /** The first element of a list, as configurations of one dimension have it, or the number. */
  int first(String path) throws ModelUnavailableException {
    JsonNode node = at(path);
    return count(path, node.isArray() ? node.path(0) : node);
  }

  List<Integer> counts(String path) throws ModelUnavailableException {
    JsonNode array = at(path);
    if (!array.isArray() || array.isEmpty() || array.size() > 64) {
      throw wrong(path, array, "a list of 1 to 64 numbers");
    }
    List<Integer> counts = new ArrayList<>();
    for (JsonNode node : array) {
      counts.add(count(path, node));
    }
    return counts;
  }

  /** How many elements a list has. */
  int size(String path) throws ModelUnavailableException {
    JsonNode array = at(path);
    if (!array.isArray() || array.size() > 64) {
      throw wrong(path, array, "a list of at most 64 elements");
    }
    return array.size();
  }

  double number(String path) throws ModelUnavailableException {
    JsonNode node = at(path);
    if (!node.isNumber() || !(node.doubleValue() > 0) || !(node.doubleValue() < MOST)) {
      throw wrong(path, node, "a positive number");
    }
    return node.doubleValue();
  }

  /** Whether something is there and not null. */
  boolean has(String path) {
    JsonNode node = at(path);
    return !node.isMissingNode() && !node.isNull();
  }

  ModelUnavailableException wrong(String path, JsonNode value, String expected) {
    String text = value.isMissingNode() ? "missing" : value.toString();
    return new ModelUnavailableException(
        "%s: %s is %s, must be %s"
            .formatted(
                source, path, text.length() > 60 ? text.substring(0, 60) + "..." : text, expected));
  }

  private int count(String path, JsonNode node) throws ModelUnavailableException {
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < 1
        || node.intValue() > MOST) {
      throw wrong(path, node, "a whole number from 1 to " + MOST);
    }
    return node.intValue();
  }
}
