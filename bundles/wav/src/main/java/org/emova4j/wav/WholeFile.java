package org.emova4j.wav;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import org.emova4j.api.speech.UnsupportedAudioException;

/** Writes a sound file whole or not at all: under a temporary name beside it, then renamed. */
public final class WholeFile {
  private WholeFile() {}

  /** What goes into the sink. */
  public interface Content<S> {
    void writeTo(S sink) throws IOException, UnsupportedAudioException;
  }

  /**
   * Writes a file, or into a pipe or device, which a rename would replace by a file.
   *
   * @throws IOException if it can't be written; names the file and the reason
   */
  public static void write(Path file, Content<FileChannel> content, Content<OutputStream> stream)
      throws IOException, UnsupportedAudioException {
    try {
      // Through links, so that what they point to is replaced and not the link.
      Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
      if (Files.isDirectory(target)) {
        throw new IOException("it is a directory");
      }
      if (Files.exists(target) && !Files.isRegularFile(target)) {
        try (OutputStream out = Files.newOutputStream(target)) {
          stream.writeTo(out);
        }
        return;
      }
      replace(target, content);
    } catch (IOException e) {
      throw new IOException("%s can't be written: %s".formatted(file, reason(e)), e);
    }
  }

  private static void replace(Path target, Content<FileChannel> content)
      throws IOException, UnsupportedAudioException {
    Path part = target.resolveSibling(".emova-" + UUID.randomUUID() + ".part");
    try {
      try (FileChannel channel = FileChannel.open(part, CREATE_NEW, READ, WRITE)) {
        content.writeTo(channel);
      }
      try {
        Files.move(part, target, ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(part, target, REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "its folder doesn't exist";
    }
    if (e instanceof AccessDeniedException) {
      return "permission is denied";
    }
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null ? e.toString() : reason;
  }
}
