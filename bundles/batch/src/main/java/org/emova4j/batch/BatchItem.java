package org.emova4j.batch;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * One file in, one file out. Stateless: everything that decides the output's bytes is in it, in the
 * input and in the models.
 *
 * @param input absolute path
 * @param output absolute path; no two items of a batch share it
 */
public record BatchItem(Path input, Path output, ItemSettings settings) {
  public BatchItem {
    requireAbsolute("input", input);
    requireAbsolute("output", output);
    requireNonNull(settings, "settings");
  }

  private static void requireAbsolute(String name, Path path) {
    if (!requireNonNull(path, name).isAbsolute()) {
      throw new IllegalArgumentException("%s %s is not absolute".formatted(name, path));
    }
  }
}
