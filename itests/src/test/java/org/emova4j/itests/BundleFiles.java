package org.emova4j.itests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes bundles and model archives as tests need them. */
final class BundleFiles {
  private BundleFiles() {}

  /** The same bundle as another version. */
  static Path as(Path jar, String version, Path target) throws IOException {
    try (JarFile original = new JarFile(jar.toFile())) {
      Manifest manifest = new Manifest(original.getManifest());
      manifest.getMainAttributes().putValue("Bundle-Version", version);
      try (OutputStream file = Files.newOutputStream(target);
          JarOutputStream copy = new JarOutputStream(file, manifest)) {
        for (JarEntry entry : original.stream().toList()) {
          if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
            copy.putNextEntry(new JarEntry(entry.getName()));
            try (InputStream content = original.getInputStream(entry)) {
              content.transferTo(copy);
            }
            copy.closeEntry();
          }
        }
      }
    }
    return target;
  }

  /**
   * A bundle with one class of the tests.
   *
   * @param headers besides its name and version
   * @param component text of its Declarative Services component; empty for none
   */
  static Path bundle(
      Path target, String name, Class<?> content, Map<String, String> headers, String component)
      throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.putValue("Manifest-Version", "1.0");
    attributes.putValue("Bundle-ManifestVersion", "2");
    attributes.putValue("Bundle-SymbolicName", name);
    attributes.putValue("Bundle-Version", "1.0.0");
    headers.forEach(attributes::putValue);
    if (!component.isEmpty()) {
      attributes.putValue("Service-Component", "OSGI-INF/component.xml");
    }
    Path beside = target.resolveSibling(name + ".tmp");
    try (OutputStream file = Files.newOutputStream(beside);
        JarOutputStream jar = new JarOutputStream(file, manifest)) {
      String path = content.getName().replace('.', '/') + ".class";
      jar.putNextEntry(new JarEntry(path));
      try (InputStream code = content.getClassLoader().getResourceAsStream(path)) {
        code.transferTo(jar);
      }
      jar.closeEntry();
      if (!component.isEmpty()) {
        jar.putNextEntry(new JarEntry("OSGI-INF/component.xml"));
        jar.write(component.getBytes(StandardCharsets.UTF_8));
        jar.closeEntry();
      }
    }
    // Whole, or not at all, for whoever watches the folder.
    return Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** A component that offers a tokenizer which all others are ranked below. */
  static String tokenizerComponent(String id, Class<?> implementation) {
    return """
        <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="%1$s">
          <property name="emova.id" value="%1$s"/>
          <property name="service.ranking" type="Integer" value="1000"/>
          <service><provide interface="org.emova4j.api.speech.SpeechTokenizer"/></service>
          <implementation class="%2$s"/>
        </scr:component>
        """
        .formatted(id, implementation.getName());
  }

  /** The shipped model as another version, in a folder of its own. */
  static Path model(String version, Path folder) throws IOException {
    Path models = Path.of(System.getProperty("emova.distribution")).resolve("models");
    Path shipped;
    try (var list = Files.list(models)) {
      shipped = list.findFirst().orElseThrow();
    }
    Files.createDirectories(folder);
    try (var files = Files.list(shipped)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path json = folder.resolve("model.json");
    String text = Files.readString(json);
    Files.writeString(
        json,
        text.replaceFirst(
            "\"version\"\\s*:\\s*\"[^\"]+\"", "\"version\": \"%s\"".formatted(version)));
    return folder;
  }

  /** A folder as a model archive. */
  static Path archive(Path folder) throws IOException, InterruptedException {
    Path archive = folder.resolveSibling(folder.getFileName() + ".tar.gz");
    Process tar =
        new ProcessBuilder(
                "tar",
                "-czf",
                archive.toString(),
                "-C",
                folder.getParent().toString(),
                folder.getFileName().toString())
            .inheritIO()
            .start();
    if (tar.waitFor() != 0) {
      throw new IOException("tar failed");
    }
    return archive;
  }
}
