package org.emova4j.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The folder that a distribution is: where things lie in it. */
public record Distribution(Path home) {
  /** System property that {@code bin/emova} sets to the distribution's folder. */
  public static final String HOME_PROPERTY = "emova.home";

  /** The distribution that this process runs from. */
  public static Distribution current() {
    String home = System.getProperty(HOME_PROPERTY);
    if (home == null) {
      throw new IllegalStateException(
          "system property %s is not set; start emova by bin/emova".formatted(HOME_PROPERTY));
    }
    return new Distribution(Path.of(home).toAbsolutePath().normalize());
  }

  public Path lib() {
    return home.resolve("lib");
  }

  public Path bundles() {
    return home.resolve("bundles");
  }

  public Path natives() {
    return home.resolve("natives");
  }

  /** Models that are part of the distribution. */
  public Path models() {
    return home.resolve("models");
  }

  public Path conf() {
    return home.resolve("conf");
  }

  /** Bundles that are dropped here start in {@code emova shell}. */
  public Path deploy() {
    return home.resolve("deploy");
  }

  /** Start-up file of the interactive shell is {@code etc/gosh_profile}. */
  public Path etc() {
    return home.resolve("etc");
  }

  /** Whether the bundles of a slice are part of it. */
  public boolean has(Slice slice) {
    return Files.isRegularFile(list(slice));
  }

  /** The slice, or the widest one that is there where that one isn't. */
  public Slice nearest(Slice slice) {
    return Stream.of(
            slice, Slice.ALL, Slice.SERVE, Slice.DIALOGUE, Slice.CONVERTER, Slice.SYNTHESIS)
        .filter(this::has)
        .findFirst()
        .orElse(Slice.TOKENIZER);
  }

  /**
   * The jars of a slice, in the order in which they are installed. Slices that make do with WAV get
   * FFmpeg where it is there, so that they read and write all formats.
   *
   * @throws IOException if the distribution doesn't have the slice
   */
  public List<Path> jars(Slice slice) throws IOException {
    if (!has(slice)) {
      throw new IOException(
          "this distribution has no slice \"%s\"; it has: %s"
              .formatted(
                  slice.id(),
                  Stream.of(Slice.values())
                      .filter(this::has)
                      .map(Slice::id)
                      .collect(Collectors.joining(", "))));
    }
    Set<Path> jars = new LinkedHashSet<>(lines(slice));
    if (slice.readsWavAlone() && has(Slice.AUDIO)) {
      jars.addAll(lines(Slice.AUDIO));
    }
    return List.copyOf(jars);
  }

  private List<Path> lines(Slice slice) throws IOException {
    try (Stream<String> lines = Files.lines(list(slice))) {
      return lines.filter(line -> !line.isBlank()).map(home::resolve).toList();
    }
  }

  private Path list(Slice slice) {
    return home.resolve("slices").resolve(slice.id() + ".txt");
  }

  /** What bundles say of their settings; see {@link SettingsList}. */
  Path settings() {
    return lib().resolve("settings.tsv");
  }

  /** Packages of the class path that the framework offers to bundles, as an OSGi header. */
  public String systemPackages() throws IOException {
    return Files.readString(lib().resolve("system.packages")).strip();
  }
}
