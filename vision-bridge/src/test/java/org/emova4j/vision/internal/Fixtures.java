package org.emova4j.vision.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What {@code src/test/python/fixtures.py} made. */
final class Fixtures {
  private Fixtures() {}

  static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path path(String name) {
    try {
      return Path.of(Fixtures.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The names in a folder, sorted. */
  static List<String> names(String folder) {
    try (Stream<Path> files = Files.list(path(folder))) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Picture picture(String name) throws DamagedImageException {
    return decode(bytes(name));
  }

  static Picture decode(byte[] bytes) throws DamagedImageException {
    ImageFile file = ImageFiles.sniff(bytes).orElseThrow().open(bytes);
    return file.orientation().apply(file.decode());
  }

  /** The largest difference of two levels, and the mean one. */
  static Difference difference(Picture a, Picture b) {
    int max = 0;
    long sum = 0;
    for (int i = 0; i < a.rgb().length; i++) {
      int d = Math.abs((a.rgb()[i] & 0xff) - (b.rgb()[i] & 0xff));
      max = Math.max(max, d);
      sum += d;
    }
    return new Difference(max, sum / (double) a.rgb().length);
  }

  record Difference(int max, double mean) {}
}
