package org.emova4j.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundles of a deploy folder, for slices that don't watch it. As FileInstall does, a bundle
 * with the name and version of one that is there takes its place.
 */
final class DeployedBundles {
  private static final Logger log = LoggerFactory.getLogger(DeployedBundles.class);

  /** Installs one jar. */
  @FunctionalInterface
  interface Installer {
    Bundle install(Path jar) throws BundleException, IOException;
  }

  private DeployedBundles() {}

  /**
   * One that can't be installed is logged and passed over.
   *
   * @param there the slice's own bundles
   * @return those that were added
   */
  static List<Bundle> install(Path folder, List<Bundle> there, Installer installer)
      throws IOException {
    List<Bundle> added = new ArrayList<>();
    for (Path jar : jars(folder)) {
      try {
        Optional<Bundle> same = sameAs(jar, there);
        if (same.isPresent()) {
          try (InputStream content = Files.newInputStream(jar)) {
            same.get().update(content);
          }
        } else {
          added.add(installer.install(jar));
        }
      } catch (BundleException | IOException e) {
        log.warn("{} can't be installed: {}", jar, e.getMessage());
      }
    }
    return added;
  }

  private static List<Path> jars(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(p -> p.getFileName().toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static Optional<Bundle> sameAs(Path jar, List<Bundle> bundles) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      if (manifest == null) {
        return Optional.empty();
      }
      String name = manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
      String version = manifest.getMainAttributes().getValue(Constants.BUNDLE_VERSION);
      return bundles.stream()
          .filter(
              b ->
                  name != null
                      && b.getSymbolicName().equals(name.replaceAll(";.*", "").strip())
                      && b.getVersion()
                          .equals(Version.parseVersion(Objects.requireNonNullElse(version, ""))))
          .findFirst();
    } catch (IllegalArgumentException e) {
      throw new IOException("its version is malformed: " + e.getMessage(), e);
    }
  }
}
