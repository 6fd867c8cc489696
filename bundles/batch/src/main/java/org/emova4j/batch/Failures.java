package org.emova4j.batch;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What the operating system said, as a sentence. */
final class Failures {
  private Failures() {}

  static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "%s: no such file or folder".formatted(e.getMessage());
    }
    if (e instanceof AccessDeniedException) {
      return "%s: permission denied".formatted(e.getMessage());
    }
    return e instanceof FileSystemException f && f.getReason() != null
        ? "%s: %s".formatted(f.getFile(), f.getReason())
        : String.valueOf(e.getMessage());
  }
}
