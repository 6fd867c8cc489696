package org.emova4j.qwen.internal;

import java.util.List;
import java.util.Set;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * Finds tensors by the ends of their names: the official checkpoints and those of Hugging Face put
 * the same ones under different prefixes.
 */
final class Names {
  private final Set<String> names;

  Names(Set<String> names) {
    this.names = names;
  }

  /** Whether a tensor's name ends so. */
  boolean has(String end) {
    return names.stream().anyMatch(name -> endsWith(name, end));
  }

  /**
   * What stands before the end of a name.
   *
   * @param end of exactly one name, from the beginning of one of its parts
   * @return the prefix, which is empty or ends in a dot
   */
  String before(String end) throws ModelUnavailableException {
    List<String> found = names.stream().filter(name -> endsWith(name, end)).toList();
    if (found.size() != 1) {
      throw new ModelUnavailableException(
          found.isEmpty()
              ? "there is no tensor whose name ends in " + end
              : "%d tensors have names that end in %s: %s, %s"
                  .formatted(found.size(), end, found.get(0), found.get(1)));
    }
    return found.get(0).substring(0, found.get(0).length() - end.length());
  }

  private static boolean endsWith(String name, String end) {
    return name.equals(end) || name.endsWith("." + end);
  }
}
