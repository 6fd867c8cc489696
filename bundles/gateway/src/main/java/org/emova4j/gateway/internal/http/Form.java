package org.emova4j.gateway.internal.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Fields and files of a request. The files are the form's, which deletes them. */
public final class Form implements AutoCloseable {
  private final Map<String, String> fields = new LinkedHashMap<>();
  private final Map<String, Upload> files = new LinkedHashMap<>();

  /**
   * A file that was sent. What its client calls it is for messages alone.
   *
   * @param path where it lies until the form is closed
   * @param name what messages call it
   */
  public record Upload(Path path, String name) {}

  void put(String field, String value) {
    if (fields.putIfAbsent(field, value) != null) {
      throw ApiException.invalid(field, "%s is there twice".formatted(field));
    }
  }

  /** A new file of the form, to be written. */
  Path create(String field, String name, Path folder) throws IOException {
    Path path = Files.createTempFile(folder, "upload-", ".part");
    if (files.putIfAbsent(field, new Upload(path, printable(name))) != null) {
      Files.delete(path);
      throw ApiException.invalid(field, "%s is there twice".formatted(field));
    }
    return path;
  }

  private static String printable(String name) {
    String shown = name.replaceAll("[\\p{Cntrl}/\\\\]", "_");
    return shown.substring(0, Math.min(shown.length(), 100));
  }

  /** How many files there are. */
  int size() {
    return files.size();
  }

  /** A field that is there and not blank. */
  public Optional<String> field(String name) {
    return Optional.ofNullable(fields.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  public Optional<Upload> file(String name) {
    return Optional.ofNullable(files.get(name));
  }

  /**
   * @throws ApiException if it is not there
   */
  public Upload requireFile(String name) {
    return file(name).orElseThrow(() -> ApiException.missing(name));
  }

  /**
   * A misspelt field must not be passed over.
   *
   * @throws ApiException names the first field or file that is none of these
   */
  public void requireKnown(Set<String> known) {
    for (Set<String> names : List.of(fields.keySet(), files.keySet())) {
      for (String name : names) {
        if (!known.contains(name)) {
          throw ApiException.unknownField(printable(name), known);
        }
      }
    }
  }

  @Override
  public void close() {
    for (Upload file : files.values()) {
      try {
        Files.deleteIfExists(file.path());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
