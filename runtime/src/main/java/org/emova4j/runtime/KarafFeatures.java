package org.emova4j.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Writes in the build the feature file for Apache Karaf: a feature for each slice that a server may
 * want, of the slice's own bundles, so that both are always the same.
 */
final class KarafFeatures {
  private static final List<Slice> SLICES =
      List.of(Slice.TOKENIZER, Slice.SYNTHESIS, Slice.CONVERTER, Slice.DIALOGUE);

  /** Karaf has them, or its feature {@code scr} has. */
  private static final Set<String> OF_KARAF =
      Set.of(
          "org.apache.felix.configadmin",
          "org.apache.felix.scr",
          "org.osgi.service.component",
          "org.osgi.util.function",
          "org.osgi.util.promise");

  /** What Felix has and Karaf doesn't let out; taken where nothing else has it. */
  private static final String CONDITION = "mvn:org.osgi/org.osgi.service.condition/1.0.0";

  /** Groups of those whose jars don't tell. */
  private static final Map<String, String> GROUPS =
      Map.of("jna", "net.java.dev.jna", "zstd-jni", "com.github.luben");

  private static final String API = "org.emova4j.api";
  private static final String FFMPEG = "org.emova4j.audio"; // no part of slices that read WAV alone

  /** Where a jar is in Maven. */
  private record Coordinates(String group, String artifact, String version) {
    String url() {
      return "mvn:%s/%s/%s".formatted(group, artifact, version);
    }
  }

  private KarafFeatures() {}

  /** Arguments: distribution, file to write. */
  public static void main(String[] arguments) throws IOException {
    Distribution distribution = new Distribution(Path.of(arguments[0]));
    Path file = Path.of(arguments[1]);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, features(distribution));
  }

  static List<String> features(Distribution distribution) throws IOException {
    Coordinates api = api(distribution);
    List<String> lines = new ArrayList<>();
    lines.add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    lines.add(
        "<features name=\"emova4j-%s\" xmlns=\"http://karaf.apache.org/xmlns/features/v1.6.0\">"
            .formatted(api.version()));
    for (Slice slice : SLICES) {
      lines.add(
          "  <feature name=\"emova4j-%s\" version=\"%s\">"
              .formatted(slice.id(), api.version().replace("-SNAPSHOT", ".SNAPSHOT")));
      lines.add("    <feature>scr</feature>");
      lines.add("    <bundle dependency=\"true\">%s</bundle>".formatted(CONDITION));
      lines.add("    <bundle>%s</bundle>".formatted(api.url()));
      for (Path jar : distribution.jars(slice)) {
        Coordinates coordinates = coordinates(jar);
        boolean added = slice.readsWavAlone() && coordinates.artifact().equals(FFMPEG);
        if (!added && !OF_KARAF.contains(coordinates.artifact())) {
          lines.add("    <bundle>%s</bundle>".formatted(coordinates.url()));
        }
      }
      lines.add("  </feature>");
    }
    lines.add("</features>");
    return lines;
  }

  private static Coordinates api(Distribution distribution) throws IOException {
    try (var list = Files.list(distribution.lib())) {
      Path jar =
          list.filter(p -> p.getFileName().toString().startsWith(API + "-"))
              .findFirst()
              .orElseThrow(() -> new IOException("no %s in %s".formatted(API, distribution.lib())));
      return coordinates(jar);
    }
  }

  /** What Maven wrote into the jar; a bundle may embed others, which have such files, too. */
  private static Coordinates coordinates(Path path) throws IOException {
    String name = path.getFileName().toString();
    try (JarFile jar = new JarFile(path.toFile())) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (entry.getName().matches("META-INF/maven/.*/pom\\.properties")) {
          Coordinates found = read(jar, entry);
          if (name.equals("%s-%s.jar".formatted(found.artifact(), found.version()))) {
            return found;
          }
        }
      }
    }
    Optional<String> artifact =
        GROUPS.keySet().stream().filter(a -> name.matches(a + "-\\d.*\\.jar")).findFirst();
    if (artifact.isEmpty()) {
      throw new IOException("%s doesn't tell its Maven coordinates".formatted(path));
    }
    String version = name.substring(artifact.get().length() + 1, name.length() - 4);
    return new Coordinates(GROUPS.get(artifact.get()), artifact.get(), version);
  }

  private static Coordinates read(JarFile jar, JarEntry entry) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = jar.getInputStream(entry)) {
      properties.load(in);
    }
    return new Coordinates(
        properties.getProperty("groupId"),
        properties.getProperty("artifactId"),
        properties.getProperty("version"));
  }
}
