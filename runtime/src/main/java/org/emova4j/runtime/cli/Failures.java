package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.emova4j.api.speech.SpeechException;

/** Errors in one sentence. */
final class Failures {
  private Failures() {}

  static String sentence(Throwable error) {
    if (error instanceof OutOfMemoryError) {
      return "out of memory (%s MB); a shorter recording, or EMOVA_JAVA_OPTS=-Xmx4g, may help"
          .formatted(Runtime.getRuntime().maxMemory() >> 20);
    }
    if (error instanceof FileSystemException fileError) {
      return "%s: %s".formatted(fileError.getFile(), reason(fileError));
    }
    String message = error.getMessage();
    boolean forPeople =
        error instanceof SpeechException
            || error instanceof IOException
            || error instanceof UsageException
            || error instanceof FailedException
            || error instanceof IllegalArgumentException;
    if (forPeople && message != null) {
      return oneLine(message);
    }
    return "unexpected %s%s; --debug shows where"
        .formatted(
            error.getClass().getSimpleName(), message == null ? "" : " (" + oneLine(message) + ")");
  }

  private static String reason(FileSystemException error) {
    if (error instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (error instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (error instanceof FileAlreadyExistsException) {
      return "exists already";
    }
    if (error instanceof NotDirectoryException) {
      return "not a folder";
    }
    if (error instanceof DirectoryNotEmptyException) {
      return "folder is not empty";
    }
    return error.getReason() == null ? "can't be used" : error.getReason();
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
