package org.emova4j.api.model;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.speech.ModelUnavailableException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes model archives of other people's checkpoints. Nothing that a checkpoint holds is ever run.
 * Safe for concurrent use.
 */
@ProviderType
public interface ModelImporter {
  /**
   * Writes an archive for each model that is found, all of them or none.
   *
   * @param folder exists; archives are called {@code ID-VERSION.tar.gz}, and replace such files
   * @return at least one
   * @throws ModelUnavailableException if no model is found, or one is damaged, incomplete,
   *     ambiguous or holds more than data; names the file, the tensor and the reason
   * @throws IOException if a file can't be read or written
   */
  List<Imported> importModels(Request request, Path folder)
      throws IOException, ModelUnavailableException;

  /**
   * Writes an archive of the full size of an architecture's released model, with random weights:
   * for measuring speed, where what is said doesn't matter.
   *
   * @param architecture e.g. {@code uvits}
   * @param folder as above
   * @throws IllegalArgumentException if the architecture is unknown; lists those that are
   * @throws IOException if the archive can't be written
   */
  Imported makeRandom(String architecture, long seed, Path folder) throws IOException;

  /**
   * What to import.
   *
   * @param sources files, and folders that are searched
   * @param architecture the only one to import; empty for all that are found
   * @param id of the model; empty for the architecture's usual one
   * @param version of the model; empty for 1.0.0
   * @param licence SPDX expression of the weights' licence; empty if it is not known
   * @param prefix what stands before the tensors' names, where that is ambiguous
   */
  record Request(
      List<Path> sources,
      Optional<String> architecture,
      Optional<String> id,
      Optional<String> version,
      Optional<String> licence,
      Optional<String> prefix) {
    public Request {
      sources = List.copyOf(sources);
      requireNonNull(architecture, "architecture");
      requireNonNull(id, "id");
      requireNonNull(version, "version");
      requireNonNull(licence, "licence");
      requireNonNull(prefix, "prefix");
      if (sources.isEmpty()) {
        throw new IllegalArgumentException("sources is empty");
      }
    }
  }

  /**
   * What came of it.
   *
   * @param archive that was written
   * @param notes what the user should know, such as tensors that nothing needs; a sentence each
   */
  record Imported(Path archive, ModelManifest manifest, List<String> notes) {
    public Imported {
      requireNonNull(archive, "archive");
      requireNonNull(manifest, "manifest");
      notes = List.copyOf(notes);
    }
  }
}
