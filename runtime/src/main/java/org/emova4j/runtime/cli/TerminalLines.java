package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * Lines that somebody types, with what they expect of that: editing, those before with the arrow
 * keys, and completion of commands and of file names. Ctrl-C empties the line and, in an empty one,
 * ends as Ctrl-D does; while an answer comes it ends that. Confined to one thread.
 */
final class TerminalLines implements LineSource {
  /**
   * System property by which {@code bin/emova} says that standard input and output are a terminal.
   */
  static final String TYPED_PROPERTY = "emova.typed";

  private static final String PROMPT = "> ";

  private final Terminal terminal;
  private final LineReader reader;

  /**
   * @param commands that a line may begin with
   * @param interrupt what Ctrl-C does while nobody types; called on another thread
   */
  TerminalLines(Map<String, Conversation.Command> commands, Runnable interrupt) throws IOException {
    this(TerminalBuilder.builder().system(true).build(), commands, interrupt);
  }

  TerminalLines(Terminal terminal, Map<String, Conversation.Command> commands, Runnable interrupt) {
    this.terminal = terminal;
    terminal.handle(Terminal.Signal.INT, signal -> interrupt.run());
    // A line is what was typed: no quotes, escapes or history signs mean anything in it.
    reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .parser((line, cursor, context) -> new Typed(line, cursor))
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .completer(
                (lines, line, candidates) -> {
                  if (line.wordIndex() == 0) {
                    commands.keySet().forEach(name -> candidates.add(new Candidate(name)));
                  } else if (commands.containsKey(first(line))
                      && commands.get(first(line)).takesFile()) {
                    files(line.word().substring(0, line.wordCursor()), candidates);
                  }
                })
            .build();
  }

  /** Files that begin so; folders are gone into. */
  private static void files(String begin, List<Candidate> candidates) {
    String folder = begin.substring(0, begin.lastIndexOf('/') + 1);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(folder))) {
      for (Path entry : entries) {
        boolean inside = Files.isDirectory(entry);
        String name = entry.getFileName() + (inside ? "/" : "");
        candidates.add(new Candidate(folder + name, name, null, null, null, null, !inside));
      }
    } catch (IOException | InvalidPathException e) {
      // There is nothing to offer.
      candidates.clear();
    }
  }

  private static String first(ParsedLine line) {
    return line.words().get(0);
  }

  /** A command and the rest, in which a space is a letter as any other. */
  private record Typed(String line, int cursor) implements ParsedLine {
    @Override
    public List<String> words() {
      int space = line.indexOf(' ');
      return space < 0
          ? List.of(line)
          : List.of(line.substring(0, space), line.substring(space + 1));
    }

    @Override
    public int wordIndex() {
      return cursor > words().get(0).length() ? 1 : 0;
    }

    @Override
    public String word() {
      return words().get(wordIndex());
    }

    @Override
    public int wordCursor() {
      return wordIndex() == 0 ? cursor : cursor - words().get(0).length() - 1;
    }
  }

  /** Whether somebody sits at this console's input and output. */
  static boolean available(Console console) {
    return console.in() == System.in && Boolean.getBoolean(TYPED_PROPERTY);
  }

  @Override
  public Optional<String> next() {
    while (true) {
      try {
        return Optional.of(reader.readLine(PROMPT));
      } catch (UserInterruptException e) {
        if (e.getPartialLine().isBlank()) {
          return Optional.empty();
        }
      } catch (EndOfFileException e) {
        return Optional.empty();
      }
    }
  }

  @Override
  public void close() throws IOException {
    terminal.close();
  }
}
