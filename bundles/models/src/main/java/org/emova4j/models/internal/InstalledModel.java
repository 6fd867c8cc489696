package org.emova4j.models.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.model.ModelManifest.FileEntry;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * A model in a folder. Safe for concurrent use.
 *
 * @param manifest what its {@code model.json} said when it was read
 * @param folder where its files lie
 * @param distributed whether it came with the program and can't be removed
 * @param trusted whether its programs may be run, see {@link Trust}
 */
record InstalledModel(ModelManifest manifest, Path folder, boolean distributed, boolean trusted)
    implements ModelArchive {

  /**
   * Reads a folder. Sizes are compared, hashes are not: that is {@link #problems()}.
   *
   * @throws ModelUnavailableException if the manifest is wrong, or a file is missing or has another
   *     size
   */
  static InstalledModel read(Path folder, boolean distributed)
      throws IOException, ModelUnavailableException {
    Path json = folder.resolve(ManifestReader.FILE_NAME);
    ModelManifest manifest = ManifestReader.read(json, json.toString());
    for (FileEntry entry : manifest.files()) {
      Path file = folder.resolve(entry.name());
      if (!Files.isRegularFile(file)) {
        throw new ModelUnavailableException(file + " is missing");
      }
      if (Files.size(file) != entry.size()) {
        throw new ModelUnavailableException(
            "%s has %d bytes, model.json says %d".formatted(file, Files.size(file), entry.size()));
      }
    }
    return new InstalledModel(manifest, folder, distributed, Trust.isGiven(folder));
  }

  @Override
  public Path file(String name) {
    boolean listed = manifest.files().stream().anyMatch(f -> f.name().equals(name));
    if (!listed) {
      throw new IllegalArgumentException(
          "model %s has no file %s".formatted(manifest.name(), EntryNames.printable(name)));
    }
    return folder.resolve(name);
  }

  /** Id, version and folder: the whole manifest would flood a log. */
  @Override
  public String toString() {
    return "%s in %s".formatted(manifest.name(), folder);
  }

  boolean isPresent() {
    return Files.isRegularFile(folder.resolve(ManifestReader.FILE_NAME), LinkOption.NOFOLLOW_LINKS);
  }

  /** What differs from the manifest, one sentence each. */
  List<String> problems() throws IOException {
    List<String> problems = new ArrayList<>();
    if (!isPresent()) {
      problems.add("model.json is missing in " + folder);
    }
    for (FileEntry entry : manifest.files()) {
      Path file = folder.resolve(entry.name());
      if (!Files.isRegularFile(file)) {
        problems.add(entry.name() + " is missing");
      } else if (Files.size(file) != entry.size()) {
        problems.add(
            "%s has %d bytes, model.json says %d"
                .formatted(entry.name(), Files.size(file), entry.size()));
      } else if (!Hashes.of(file).equals(entry.sha256())) {
        problems.add("%s has another sha256 than model.json says".formatted(entry.name()));
      }
    }
    return problems;
  }
}
