package org.emova4j.runtime.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioFinisher;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.audio.EncodeOptions;
import org.emova4j.api.audio.Finishing;
import org.emova4j.api.audio.Take;
import org.emova4j.api.speech.UnsupportedAudioException;

/**
 * Where a result goes: a file that appears whole or not at all, also if the process is interrupted;
 * standard output; or something that is no regular file, such as a pipe.
 */
final class OutputFile {
  private final String name;
  private final boolean noClobber;

  private OutputFile(String name, boolean noClobber) {
    this.name = name;
    this.noClobber = noClobber;
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
      return new OutputFile(name, noClobber);
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
    }
    // A file is replaced by a new one, which its folder must take; anything else is written to.
    boolean special = Files.exists(file) && !Files.isRegularFile(file);
    Path written = special ? file : target(file).getParent();
    if (!Files.isWritable(written)) {
      throw new FailedException("%s: permission denied".formatted(written));
    }
    return new OutputFile(name, noClobber);
  }

  void write(Audio audio, AudioWriter writer, EncodeOptions options, PrintStream standard)
      throws IOException, UnsupportedAudioException {
    if (Media.isStandard(name)) {
      writer.encode(audio, standard, options);
      Console.requireWritten(standard);
    } else if (isSpecial()) {
      try (OutputStream stream = Files.newOutputStream(Media.path(name))) {
        writer.encode(audio, stream, options);
      }
    } else {
      try (Draft draft = new Draft(target())) {
        writer.encode(audio, draft.file(), options);
        draft.complete(!noClobber);
      }
    }
  }

  /** As it is delivered; see {@link AudioFinisher}. */
  AudioFinisher.Finished write(
      Take take,
      AudioFinisher finisher,
      EncodeOptions options,
      Finishing finishing,
      PrintStream standard)
      throws IOException, UnsupportedAudioException {
    if (!Media.isStandard(name) && !isSpecial()) {
      try (Draft draft = new Draft(target())) {
        AudioFinisher.Finished finished = finisher.write(take, draft.file(), options, finishing);
        draft.complete(!noClobber);
        return finished;
      }
    }
    Path whole = Files.createTempFile("emova-", ".tmp"); // containers go back to fill in lengths
    try {
      AudioFinisher.Finished finished = finisher.write(take, whole, options, finishing);
      if (Media.isStandard(name)) {
        Files.copy(whole, standard);
        Console.requireWritten(standard);
      } else {
        try (OutputStream stream = Files.newOutputStream(Media.path(name))) {
          Files.copy(whole, stream);
        }
      }
      return finished;
    } finally {
      Files.deleteIfExists(whole);
    }
  }

  void write(String text, PrintStream standard) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8), standard);
  }

  void write(byte[] bytes, PrintStream standard) throws IOException {
    if (Media.isStandard(name)) {
      standard.write(bytes);
      Console.requireWritten(standard);
    } else if (isSpecial()) {
      Files.write(Media.path(name), bytes);
    } else {
      try (Draft draft = new Draft(target())) {
        Files.write(draft.file(), bytes);
        draft.complete(!noClobber);
      }
    }
  }

  /** Something that can't be replaced but only written to, such as a pipe. */
  private boolean isSpecial() {
    Path file = Media.path(name);
    return !noClobber && Files.exists(file) && !Files.isRegularFile(file);
  }

  private Path target() throws IOException {
    return target(Media.path(name));
  }

  /** A link stays one: what it points at is replaced. */
  private static Path target(Path file) throws IOException {
    return Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
  }
}
