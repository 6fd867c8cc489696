package org.emova4j.qwen.internal;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.Locale;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;

/** How the large matrices are kept and multiplied. All else is float32 in either case. */
enum Precision {
  /** As the reference computes. */
  FLOAT32,
  /** Half the memory, and up to twice the speed, as reading the weights is what takes the time. */
  BFLOAT16;

  static Precision of(String name) {
    return Arrays.stream(values())
        .filter(p -> p.id().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "precision \"%s\" is neither float32 nor bfloat16".formatted(name)));
  }

  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  NDArray read(NetworkScope scope, String name, long rows, long columns)
      throws ModelUnavailableException {
    return this == FLOAT32
        ? scope.weight(name, rows, columns)
        : scope.bfloat16Weight(name, rows, columns);
  }
}
