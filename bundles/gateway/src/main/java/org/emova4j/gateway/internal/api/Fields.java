package org.emova4j.gateway.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.emova4j.gateway.internal.http.ApiException;
import org.emova4j.gateway.internal.http.Form;

/** Named values of a request, whether it is a form or JSON. */
public interface Fields {
  /** As text; empty if it isn't there, or blank. */
  Optional<String> text(String name);

  static Fields of(Form form) {
    return form::field;
  }

  /** Of a JSON object; numbers may stand where text may. */
  static Fields of(JsonNode object) {
    return name -> {
      // A missing object has no fields.
      JsonNode value = object.get(name);
      if (value == null || value.isNull()) {
        return Optional.empty();
      }
      if (!value.isValueNode()) {
        throw ApiException.invalid(name, "%s must be text or a number".formatted(name));
      }
      return Optional.of(value.asText()).filter(v -> !v.isBlank());
    };
  }

  /**
   * @throws ApiException if it is not there
   */
  default String require(String name) {
    return text(name).orElseThrow(() -> ApiException.missing(name));
  }

  /**
   * @throws ApiException if it is no number from {@code min} to {@code max}
   */
  default OptionalDouble number(String name, double min, double max) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    double value;
    try {
      value = Double.parseDouble(text.get());
    } catch (NumberFormatException e) {
      throw ApiException.invalid(name, "%s \"%s\" is no number".formatted(name, text.get()));
    }
    if (!(value >= min && value <= max)) {
      throw ApiException.invalid(
          name, "%s %s is outside %s..%s".formatted(name, text.get(), min, max));
    }
    return OptionalDouble.of(value);
  }

  /** A whole number, as {@link #number}. */
  default OptionalInt whole(String name, int min, int max) {
    OptionalDouble value = number(name, min, max);
    if (value.isPresent() && value.getAsDouble() != Math.rint(value.getAsDouble())) {
      throw ApiException.invalid(
          name, "%s %s is no whole number".formatted(name, value.getAsDouble()));
    }
    return value.isPresent() ? OptionalInt.of((int) value.getAsDouble()) : OptionalInt.empty();
  }

  /**
   * @throws ApiException if it is neither {@code true} nor {@code false}
   */
  default boolean flag(String name, boolean otherwise) {
    Optional<String> text = text(name);
    if (text.filter(t -> !t.equals("true") && !t.equals("false")).isPresent()) {
      throw ApiException.invalid(
          name, "%s \"%s\" is neither true nor false".formatted(name, text.get()));
    }
    return text.map(Boolean::parseBoolean).orElse(otherwise);
  }
}
