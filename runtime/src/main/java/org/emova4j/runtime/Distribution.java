package org.emova4j.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  /**
   * The jars of a slice, in the order in which they are installed.
   *
   * @throws IOException if the slice's list or a jar of it is missing
   */
  public List<Path> jars(Slice slice) throws IOException {
    Path list = home.resolve("slices").resolve(slice.id() + ".txt");
    try (Stream<String> lines = Files.lines(list)) {
      return lines.filter(line -> !line.isBlank()).map(home::resolve).toList();
    }
  }

  /** Packages of the class path that the framework offers to bundles, as an OSGi header. */
  public String systemPackages() throws IOException {
    return Files.readString(lib().resolve("system.packages")).strip();
  }
}
