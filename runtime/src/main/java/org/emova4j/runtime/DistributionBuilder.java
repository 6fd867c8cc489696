package org.emova4j.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finishes the distribution's folder in the build: what the launcher reads at each start is worked
 * out once, here. Slices become lists of jars, the class path's exports a list of packages, jars
 * that no slice wants go, and natives and the shipped model come in.
 */
final class DistributionBuilder {
  private static final Pattern RUN_BUNDLE =
      Pattern.compile("([^;,\\s]+)(?:;version='?([^',]*(?:,[^']*)?)'?)?");

  // Named by -runpath in slices/base.bnd too.
  private static final Set<String> SHARED =
      Set.of("org.emova4j.api", "slf4j.api", "org.osgi.service.cm");

  // What bundles contain, and so no jar's manifest says.
  private static final Map<String, List<String>> EMBEDDED =
      new TreeMap<>(
          Map.of(
              "org.emova4j.engine",
              List.of(
                  "DJL (in org.emova4j.engine): Apache-2.0",
                  "libtorch (natives): BSD-3-Clause and the licences of what it contains"),
              "org.emova4j.audio",
              List.of(
                  "JavaCV, JavaCPP (in org.emova4j.audio): Apache-2.0",
                  "FFmpeg with LAME and Opus (in org.emova4j.audio): LGPL-3.0-or-later, BSD-3-Clause"),
              "org.emova4j.gateway",
              List.of("wavesurfer.js (in org.emova4j.gateway): BSD-3-Clause"),
              "org.emova4j.vision",
              List.of("TwelveMonkeys ImageIO (in org.emova4j.vision): BSD-3-Clause")));

  private final Path home;
  private final List<Jar> jars = new ArrayList<>();

  DistributionBuilder(Path home) {
    this.home = home;
  }

  private record Jar(Path file, String name, String version, Attributes manifest) {}

  /**
   * Arguments: distribution, folder of the bndrun files, natives, the shipped model, when the build
   * began.
   */
  public static void main(String[] arguments) throws IOException {
    DistributionBuilder builder = new DistributionBuilder(Path.of(arguments[0]));
    builder.readJars("lib");
    builder.readJars("bundles");
    builder.writeSystemPackages();
    builder.writeSlices(Path.of(arguments[1]));
    SettingsList.write(
        files(builder.home.resolve("bundles")), builder.home.resolve("lib/settings.tsv"));
    builder.writeNotices();
    builder.linkNatives(Path.of(arguments[2]));
    builder.copyModel(Path.of(arguments[3]));
    builder.stamp(Instant.parse(arguments[4]));
  }

  void readJars(String folder) throws IOException {
    for (Path file : files(home.resolve(folder))) {
      if (!file.toString().endsWith(".jar")) {
        continue;
      }
      try (JarFile jar = new JarFile(file.toFile())) {
        Attributes manifest = jar.getManifest().getMainAttributes();
        String name = Optional.ofNullable(manifest.getValue("Bundle-SymbolicName")).orElse("");
        String version = Optional.ofNullable(manifest.getValue("Bundle-Version")).orElse("");
        jars.add(new Jar(file, name.replaceAll(";.*", "").strip(), version, manifest));
      }
    }
  }

  private void writeSystemPackages() throws IOException {
    StringJoiner packages = new StringJoiner(",");
    for (Jar jar : jars) {
      if (SHARED.contains(jar.name())) {
        packages.add(jar.manifest().getValue("Export-Package"));
      }
    }
    Files.writeString(home.resolve("lib/system.packages"), packages + "\n");
  }

  private void writeSlices(Path folder) throws IOException {
    Files.createDirectories(home.resolve("slices"));
    Set<Path> wanted = new HashSet<>();
    for (Path file : files(folder)) {
      String name = file.getFileName().toString();
      if (!name.endsWith(".bndrun")) {
        continue;
      }
      List<String> lines = new ArrayList<>();
      for (Jar jar : runBundles(file)) {
        wanted.add(jar.file());
        lines.add(home.relativize(jar.file()).toString().replace('\\', '/'));
      }
      Files.write(home.resolve("slices").resolve(name.replace(".bndrun", ".txt")), lines);
    }
    for (Path file : files(home.resolve("bundles"))) {
      if (!wanted.contains(file)) {
        Files.delete(file);
      }
    }
  }

  private List<Jar> runBundles(Path bndrun) throws IOException {
    Properties properties = new Properties();
    try (InputStream stream = Files.newInputStream(bndrun)) {
      properties.load(stream);
    }
    String runBundles = properties.getProperty("-runbundles", "");
    List<Jar> found = new ArrayList<>();
    Matcher matcher = RUN_BUNDLE.matcher(runBundles);
    while (matcher.find()) {
      String name = matcher.group(1);
      List<Jar> candidates = jars.stream().filter(j -> j.name().equals(name)).toList();
      if (candidates.isEmpty()) {
        throw new IOException("%s wants %s, which no jar is".formatted(bndrun, name));
      }
      // The build's last copy is the newest: an older one is a leftover of an earlier build.
      found.add(candidates.stream().max(Comparator.comparing(DistributionBuilder::age)).get());
    }
    return found;
  }

  private static long age(Jar jar) {
    return jar.file().toFile().lastModified();
  }

  void writeNotices() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("Parts of this distribution that others made, and their licences");
    lines.add("");
    jars.stream()
        .filter(
            j ->
                Files.exists(j.file())
                    && !j.name().isEmpty()
                    && !j.name().startsWith("org.emova4j."))
        .sorted(Comparator.comparing(j -> j.name().toLowerCase(Locale.ROOT)))
        .map(
            j ->
                "%s %s: %s"
                    .formatted(
                        Optional.ofNullable(j.manifest().getValue("Bundle-Name")).orElse(j.name()),
                        j.version(),
                        licence(j)))
        .forEach(lines::add);
    lines.add("XChart: Apache-2.0");
    lines.add("VectorGraphics2D: LGPL-3.0-or-later");
    EMBEDDED.forEach(
        (bundle, notices) -> {
          if (jars.stream().anyMatch(j -> j.name().equals(bundle))) {
            lines.addAll(notices);
          }
        });
    Files.write(home.resolve("THIRD-PARTY.txt"), lines);
  }

  private static String licence(Jar jar) {
    return Optional.ofNullable(jar.manifest().getValue("Bundle-License"))
        .map(text -> text.replaceAll("[;,]?\\s*(link|description)=\"?[^\",;]*\"?", ""))
        .orElse("see its web site");
  }

  /** Hard links where the file system can: libtorch alone is 430 MB. */
  private void linkNatives(Path natives) throws IOException {
    Path folder = Files.createDirectories(home.resolve("natives"));
    if (!Files.isDirectory(natives)) {
      return;
    }
    for (Path file : files(natives)) {
      Path target = folder.resolve(file.getFileName());
      if (!Files.isRegularFile(file) || (Files.exists(target) && Files.isSameFile(file, target))) {
        continue;
      }
      Files.deleteIfExists(target);
      link(file, target);
    }
  }

  static void link(Path file, Path target) throws IOException {
    try {
      Files.createLink(target, file);
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(file, target);
    }
  }

  private void copyModel(Path model) throws IOException {
    Path description = model.resolve("model.json");
    // An older version that an earlier build brought in would stay beside this one.
    Folders.deleteQuietly(home.resolve("models"));
    Path models = Files.createDirectories(home.resolve("models"));
    if (!Files.exists(description)) {
      return;
    }
    Matcher version =
        Pattern.compile("\"version\"\\s*:\\s*\"([^\"]+)\"").matcher(Files.readString(description));
    if (!version.find()) {
      throw new IOException("%s has no version".formatted(description));
    }
    Path target = Files.createDirectories(models.resolve("lite-" + version.group(1)));
    for (Path file : files(model)) {
      if (Files.isRegularFile(file)) {
        Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** The command in the checkout compares sources with this: what changed since is not in here. */
  private void stamp(Instant began) throws IOException {
    Path stamp = Files.writeString(home.resolve(".built"), began + "\n");
    Files.setLastModifiedTime(stamp, FileTime.from(began));
  }

  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }
}
