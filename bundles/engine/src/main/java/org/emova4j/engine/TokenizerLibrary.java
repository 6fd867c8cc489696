package org.emova4j.engine;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.speech.ModelUnavailableException;

/** Where the native library of Hugging Face's tokenizers lies: beside libtorch's. */
final class TokenizerLibrary {
  /** DJL's name of the setting. */
  private static final String VARIABLE = "RUST_LIBRARY_PATH";

  private TokenizerLibrary() {}

  /**
   * Tells DJL where it is, before DJL looks itself: it would unpack its own into a cache.
   *
   * @throws ModelUnavailableException if it is nowhere
   */
  static synchronized void locate() throws ModelUnavailableException {
    String path =
        String.join(
            File.pathSeparator,
            TorchLoader.setting(VARIABLE),
            TorchLoader.setting(NativeLibraries.PATH_VARIABLE));
    Path library = find(NativeLibraries.folders(path));
    if (System.getenv(VARIABLE) == null) {
      System.setProperty(VARIABLE, library.toString());
    }
  }

  static Path find(List<Path> folders) throws ModelUnavailableException {
    String name = System.mapLibraryName("tokenizers");
    List<Path> candidates = new ArrayList<>(folders);
    candidates.addAll(folders.stream().map(f -> f.resolve(name)).toList());
    Optional<Path> found =
        candidates.stream().filter(f -> f.endsWith(name) && Files.isRegularFile(f)).findFirst();
    return found.orElseThrow(
        () -> new ModelUnavailableException("%s is missing in %s".formatted(name, folders)));
  }
}
