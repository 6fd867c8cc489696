package org.emova4j.models.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which models of a folder may run programs. The record lies beside the models and holds the hash
 * of {@code model.json}, which holds those of all files: no archive can bring it along, and it says
 * nothing about another model of the same name.
 */
final class Trust {
  static final String FOLDER = ".trusted";

  private Trust() {}

  /**
   * @param model the folder of a model
   */
  static boolean isGiven(Path model) throws IOException {
    Path record = record(model);
    return Files.isRegularFile(record)
        && Files.readString(record).strip().equals(Hashes.of(manifest(model)));
  }

  static void give(Path model) throws IOException {
    Path record = record(model);
    Files.createDirectories(record.getParent());
    Files.writeString(record, Hashes.of(manifest(model)) + "\n");
  }

  static void take(Path model) throws IOException {
    Files.deleteIfExists(record(model));
  }

  private static Path manifest(Path model) {
    return model.resolve(ManifestReader.FILE_NAME);
  }

  private static Path record(Path model) {
    return model.resolveSibling(FOLDER).resolve(model.getFileName());
  }
}
