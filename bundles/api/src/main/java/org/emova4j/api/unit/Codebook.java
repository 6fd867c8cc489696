package org.emova4j.api.unit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What gives unit ids their meaning. Two codebooks are the same only if their ids are: units of
 * {@code lite-40ms-4096} mean nothing to a model that was trained on {@code emova-40ms-4096},
 * although both have 4096 entries.
 *
 * @param id e.g. {@code lite-40ms-4096}
 * @param size how many different units there are, e.g. 4096; ids go from 0 to {@code size - 1}
 * @param unitDuration what one unit lasts, e.g. 40 ms
 */
public record Codebook(String id, int size, Duration unitDuration) {
  public Codebook {
    requireNonNull(id, "id");
    requireNonNull(unitDuration, "unitDuration");
    if (id.isBlank()) {
      throw new IllegalArgumentException("id is blank");
    }
    if (size < 1) {
      throw new IllegalArgumentException(
          "size %d of codebook %s is not positive".formatted(size, id));
    }
    if (unitDuration.isNegative() || unitDuration.isZero()) {
      throw new IllegalArgumentException(
          "unitDuration %s of codebook %s is not positive".formatted(unitDuration, id));
    }
  }
}
