package org.emova4j.api.vision;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How much of an image a model gets to see. */
public enum Detail {
  /** As EMOVA's demonstration: sides are shrunk to 1344 and 672 pixels at the most. */
  BALANCED,
  /** All that the model can take: up to 4096 tokens, half of its context. */
  FULL;

  /** The name that users know it by. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Detail> ofId(String id) {
    return Arrays.stream(values()).filter(d -> d.id().equals(id)).findFirst();
  }
}
