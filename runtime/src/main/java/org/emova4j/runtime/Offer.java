package org.emova4j.runtime;

import java.util.Map;
import java.util.Optional;

/**
 * A service that is there, and what it says of itself.
 *
 * @param properties its service properties
 */
public record Offer<S>(S service, Map<String, Object> properties) {
  /** A property as text, if it is set. */
  public Optional<String> property(String name) {
    return Optional.ofNullable(properties.get(name)).map(Offer::text);
  }

  private static String text(Object value) {
    return value instanceof Object[] array ? String.join(", ", strings(array)) : value.toString();
  }

  private static String[] strings(Object[] array) {
    String[] texts = new String[array.length];
    for (int i = 0; i < array.length; i++) {
      texts[i] = String.valueOf(array[i]);
    }
    return texts;
  }
}
