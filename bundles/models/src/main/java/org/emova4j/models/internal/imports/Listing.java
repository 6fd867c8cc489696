package org.emova4j.models.internal.imports;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names in a message: the first few, and how many more. */
final class Listing {
  private static final int MOST = 8;

  private Listing() {}

  static String of(Collection<String> names) {
    String first = names.stream().limit(MOST).collect(Collectors.joining(", "));
    return names.size() <= MOST ? first : "%s and %d more".formatted(first, names.size() - MOST);
  }
}
