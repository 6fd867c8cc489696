package org.emova4j.runtime.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.runtime.Folders;

/**
 * Where a result goes: a file that appears whole or not at all, also if the process is interrupted;
 * standard output; or something that is no regular file, such as a pipe.
 */
final class OutputFile {
  private final String name;

  private OutputFile(String name) {
    this.name = name;
  }

  /**
   * Checks what can be checked before the work.
   *
   * @throws UsageException if the output would replace one of the inputs
   * @throws FailedException if it can't be written
   */
  static OutputFile of(String name, boolean noClobber, String... inputs)
      throws FailedException, IOException {
    if (Media.isStandard(name)) {
      return new OutputFile(name);
    }
    Path file = Media.path(name);
    if (Files.isDirectory(file)) {
      throw new FailedException("%s: is a folder".formatted(name));
    }
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new FailedException("%s: no such folder".formatted(parent));
    }
    if (Files.exists(file)) {
      for (String input : inputs) {
        if (!Media.isStandard(input)
            && Files.isRegularFile(file)
            && Files.isSameFile(file, Media.path(input))) {
          throw new UsageException("%s is both input and output".formatted(name));
        }
      }
      if (noClobber) {
        throw new FailedException("%s: exists already (--no-clobber)".formatted(name));
      }
    } else if (!Files.isWritable(parent)) {
      throw new FailedException("%s: permission denied".formatted(parent));
    }
    return new OutputFile(name);
  }

  void write(Audio audio, AudioWriter writer, EncodeOptions options, OutputStream standard)
      throws IOException, UnsupportedAudioException {
    if (Media.isStandard(name)) {
      writer.encode(audio, standard, options);
      standard.flush();
      return;
    }
    Path file = Media.path(name);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      try (OutputStream stream = Files.newOutputStream(file)) {
        writer.encode(audio, stream, options);
      }
      return;
    }
    // A link stays one: what it points at is replaced.
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path folder = Files.createTempDirectory(target.getParent(), ".emova-");
    Thread remover = new Thread(() -> Folders.deleteQuietly(folder), "emova-remove");
    Runtime.getRuntime().addShutdownHook(remover);
    try {
      Path complete = folder.resolve(target.getFileName());
      writer.encode(audio, complete, options);
      move(complete, target);
    } finally {
      Folders.deleteQuietly(folder);
      unhook(remover);
    }
  }

  void write(String text, OutputStream standard) throws IOException {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    if (Media.isStandard(name)) {
      standard.write(bytes);
      standard.flush();
    } else {
      Files.write(Media.path(name), bytes);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void unhook(Thread remover) {
    try {
      Runtime.getRuntime().removeShutdownHook(remover);
    } catch (IllegalStateException e) {
      // Shutting down: it runs, and finds nothing to do.
    }
  }
}
