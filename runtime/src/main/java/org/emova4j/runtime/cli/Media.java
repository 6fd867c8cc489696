package org.emova4j.runtime.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;

/** Inputs by name, where {@code -} is standard input. */
final class Media {
  /** What stands for standard input or output. */
  static final String STANDARD_STREAM = "-";

  private Media() {}

  static boolean isStandard(String name) {
    return name.equals(STANDARD_STREAM);
  }

  /** Whether it can be opened twice. */
  static boolean isFile(String name) {
    return !isStandard(name) && Files.isRegularFile(path(name));
  }

  static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new UsageException("\"%s\" is no file name".formatted(name), e);
    }
  }

  /** Fails early, before an engine starts for nothing. */
  static void requireReadable(String name) throws FailedException {
    if (isStandard(name)) {
      return;
    }
    Path file = path(name);
    if (!Files.exists(file)) {
      throw new FailedException("%s: no such file".formatted(name));
    }
    if (Files.isDirectory(file)) {
      throw new FailedException("%s: is a folder".formatted(name));
    }
    if (!Files.isReadable(file)) {
      throw new FailedException("%s: permission denied".formatted(name));
    }
  }

  static Audio decode(AudioReader reader, String name, InputStream standard, DecodeOptions options)
      throws UnsupportedAudioException {
    return isStandard(name)
        ? reader.decode(standard, "standard input", options)
        : reader.decode(path(name), options);
  }

  /**
   * Reads a text of at most {@code limit} bytes.
   *
   * @throws FailedException if it is longer
   */
  static String readText(String name, InputStream standard, int limit)
      throws IOException, FailedException {
    byte[] bytes;
    if (isStandard(name)) {
      bytes = standard.readNBytes(limit + 1);
    } else {
      try (InputStream file = Files.newInputStream(path(name))) {
        bytes = file.readNBytes(limit + 1);
      }
    }
    if (bytes.length > limit) {
      throw new FailedException("%s: is longer than %d bytes".formatted(name, limit));
    }
    return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }
}
