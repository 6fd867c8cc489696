package org.emova4j.eval.internal.recognise;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.eval.Recogniser;

/** A program that prints what it heard. */
public final class CommandRecogniser implements Recogniser {
  /** What is replaced by the file's name. */
  static final String FILE = "{file}";

  private static final long MAX_BYTES = 1 << 20;

  private final String text;
  private final List<String> words;
  private final AudioWriter writer;
  private final Duration timeout;

  public CommandRecogniser(String text, AudioWriter writer, Duration timeout) {
    this.text = text;
    this.writer = writer;
    this.timeout = timeout;
    words = words(text);
    if (words.isEmpty() || words.stream().skip(1).noneMatch(word -> word.contains(FILE))) {
      throw new IllegalArgumentException(
          "recogniser \"%s\" has no argument with %s".formatted(text, FILE));
    }
  }

  /** Words between spaces; quotes of either kind keep spaces together, and nothing else is done. */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean begun = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        begun = true;
      } else if (Character.isWhitespace(c)) {
        if (begun) {
          words.add(word.toString());
          word.setLength(0);
          begun = false;
        }
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("%s: a quote is not closed".formatted(text));
    }
    if (begun) {
      words.add(word.toString());
    }
    return words;
  }

  @Override
  public String name() {
    return text;
  }

  @Override
  public String recognise(Audio speech) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("emova-heard-");
    Path wav = folder.resolve("speech.wav");
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    try {
      writer.encode(speech, wav, Spoken.FORMAT);
      List<String> command =
          words.stream().map(word -> word.replace(FILE, wav.toString())).toList();
      Process process = start(command, out, err);
      try {
        process.getOutputStream().close();
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new IOException(
              "recogniser %s took longer than %d s".formatted(words.get(0), timeout.toSeconds()));
        }
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "recogniser %s ended with code %d: %s"
                .formatted(words.get(0), process.exitValue(), lastLine(err)));
      }
      return Spoken.oneLine(read(out));
    } catch (UnsupportedAudioException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      for (Path file : List.of(wav, out, err, folder)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private Process start(List<String> command, Path out, Path err) throws IOException {
    try {
      return new ProcessBuilder(command)
          .redirectOutput(out.toFile())
          .redirectError(err.toFile())
          .start();
    } catch (IOException e) {
      throw new IOException(
          "recogniser %s can't be started: %s".formatted(words.get(0), e.getMessage()), e);
    }
  }

  private String read(Path out) throws IOException {
    if (Files.size(out) > MAX_BYTES) {
      throw new IOException(
          "recogniser %s printed more than %d bytes".formatted(words.get(0), MAX_BYTES));
    }
    return new String(Files.readAllBytes(out), StandardCharsets.UTF_8);
  }

  private static String lastLine(Path err) throws IOException {
    String text = new String(Files.readAllBytes(err), StandardCharsets.UTF_8).strip();
    return text.substring(text.lastIndexOf('\n') + 1).strip();
  }
}
