package org.emova4j.facade;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.emova4j.runtime.Folders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where what is in jars lies as files. A folder appears whole or not at all, so that processes can
 * share it.
 *
 * @param folder of all of it
 */
record Cache(Path folder) {
  /** System property that names the folder. */
  static final String FOLDER_PROPERTY = "emova.cache";

  /** Environment variable that names the folder. */
  static final String FOLDER_VARIABLE = "EMOVA_CACHE";

  private static final Logger log = LoggerFactory.getLogger(Cache.class);
  private static final String DISTRIBUTION = "distribution/";
  private static final String TORCH_FACTS = "/native/lib/pytorch.properties";

  static Cache ofUser() {
    Optional<String> named =
        Optional.ofNullable(System.getProperty(FOLDER_PROPERTY))
            .or(() -> Optional.ofNullable(System.getenv(FOLDER_VARIABLE)))
            .filter(value -> !value.isBlank());
    Path general =
        Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
            .filter(value -> !value.isBlank())
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"));
    return new Cache(named.map(Path::of).orElse(general.resolve("emova")).toAbsolutePath());
  }

  /** Bundles, slices, configuration and the shipped model. */
  Path unpackDistribution() throws IOException {
    List<String> index;
    try (InputStream stream = resource(DISTRIBUTION + "index.txt", "the jar is incomplete");
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      index = reader.lines().filter(line -> !line.isBlank()).toList();
    }
    return once(
        "distribution-" + index.get(0),
        target -> {
          for (String name : index.subList(1, index.size())) {
            copy(DISTRIBUTION + name, target.resolve(name), "the jar is incomplete");
          }
        });
  }

  /** libtorch and DJL's binding to it, from the jars that this one depends on. */
  Path unpackNatives() throws IOException {
    String missing =
        "libtorch is not on the class path (ai.djl.pytorch:pytorch-native-cpu with the classifier"
            + " of this platform, and ai.djl.pytorch:pytorch-jni), and PYTORCH_LIBRARY_PATH is not set";
    Properties facts = new Properties();
    try (InputStream stream = resource(TORCH_FACTS, missing)) {
      facts.load(stream);
    }
    String platform = facts.getProperty("classifier", "");
    String flavour = facts.getProperty("flavor", "cpu");
    return once(
        "natives-%s-%s-%s".formatted(facts.getProperty("version"), flavour, platform),
        target -> {
          log.info("Unpacking libtorch into {}, once", target.getParent());
          for (String name : facts.getProperty("libraries", "").split(",", -1)) {
            copy(
                "/pytorch/%s/%s/%s".formatted(flavour, platform, name),
                target.resolve(name),
                missing);
          }
          String binding = System.mapLibraryName("djl_torch");
          if (platform.toLowerCase(Locale.ROOT).startsWith("osx")) {
            binding = "libdjl_torch.dylib";
          }
          copy(
              "/jnilib/%s/%s/%s".formatted(platform, flavour, binding),
              target.resolve(binding),
              missing);
        });
  }

  private interface Filling {
    void into(Path target) throws IOException;
  }

  private Path once(String name, Filling filling) throws IOException {
    Path target = folder.resolve(name);
    if (Files.isDirectory(target)) {
      return target;
    }
    Files.createDirectories(folder);
    Path draft = Files.createTempDirectory(folder, ".unpacking-");
    try {
      Path content = Files.createDirectory(draft.resolve("content"));
      filling.into(content);
      try {
        Files.move(content, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        if (!Files.isDirectory(target)) { // else another process was first
          throw e;
        }
      }
      return target;
    } catch (IOException e) {
      throw new IOException("%s can't be made: %s".formatted(target, e.getMessage()), e);
    } finally {
      Folders.deleteQuietly(draft);
    }
  }

  private static void copy(String resource, Path target, String whatIfMissing) throws IOException {
    Files.createDirectories(target.getParent());
    try (InputStream stream = resource(resource, whatIfMissing)) {
      Files.copy(stream, target);
    }
  }

  private static InputStream resource(String name, String whatIfMissing) throws IOException {
    InputStream stream = Cache.class.getResourceAsStream(name);
    if (stream == null) {
      throw new IOException("%s: there is no %s".formatted(whatIfMissing, name));
    }
    return stream;
  }
}
