package org.emova4j.qwen.internal;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
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

  /** To look rows up in, and to multiply by. */
  NDArray read(NetworkScope scope, String name, long rows, long columns)
      throws ModelUnavailableException {
    return this == FLOAT32
        ? scope.weight(name, rows, columns)
        : scope.bfloat16Weight(name, rows, columns);
  }

  /** Only to multiply by; several tensors are one matrix, one below the other. */
  NDArray matrix(NetworkScope scope, List<String> names, int[] rows, int columns)
      throws ModelUnavailableException {
    return scope.matrix(names, rows, columns, this == BFLOAT16);
  }
}
