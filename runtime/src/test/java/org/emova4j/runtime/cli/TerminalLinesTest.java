package org.emova4j.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TerminalLinesTest {
  private static final String UP = "\u001bOA";
  private static final String INTERRUPT = "\u0003";
  private static final String END = "\u0004";

  private static Terminal terminal(String keys) throws Exception {
    return new ExternalTerminal(
        "test",
        "xterm",
        new ByteArrayInputStream(keys.getBytes(UTF_8)),
        OutputStream.nullOutputStream(),
        UTF_8);
  }

  private static List<String> lines(String keys) throws Exception {
    List<String> lines = new ArrayList<>();
    try (TerminalLines source =
        new TerminalLines(terminal(keys), Conversation.COMMANDS, () -> {})) {
      for (Optional<String> line = source.next(); line.isPresent(); line = source.next()) {
        lines.add(line.get());
      }
    }
    return lines;
  }

  @Test
  void aLineIsWhatWasTyped() throws Exception {
    assertThat(lines("Why \"this\" \\ !!?\r" + END)).containsExactly("Why \"this\" \\ !!?");
  }

  @Test
  void earlierLinesComeBack() throws Exception {
    assertThat(lines("one\rtwo\r" + UP + UP + "\r" + END)).containsExactly("one", "two", "one");
  }

  @Test
  void commandsAndFilesAreCompleted(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("photo of me.jpg"), "");
    assertThat(lines("/im\t" + folder + "/ph\t\r" + END))
        .singleElement()
        .asString()
        .isEqualToIgnoringWhitespace("/image" + folder + "/photo of me.jpg");
  }

  /** An interrupt overtakes what was typed before it, so each waits for the echo of that. */
  @Test
  void anInterruptEmptiesALineAndEndsInAnEmptyOne() throws Exception {
    ByteArrayOutputStream echo = new ByteArrayOutputStream();
    List<String> lines = new CopyOnWriteArrayList<>();
    PipedOutputStream keys = new PipedOutputStream();
    Terminal terminal =
        new ExternalTerminal("test", "xterm", new PipedInputStream(keys), echo, UTF_8);
    try (TerminalLines source = new TerminalLines(terminal, Conversation.COMMANDS, () -> {})) {
      Thread reader =
          new Thread(
              () ->
                  Stream.generate(source::next)
                      .takeWhile(Optional::isPresent)
                      .forEach(line -> lines.add(line.get())));
      reader.start();
      await(() -> promptIsLast(echo));
      type(keys, "tw");
      await(() -> echo.toString(UTF_8).contains("tw"));
      echo.reset();
      type(keys, INTERRUPT);
      await(() -> promptIsLast(echo));
      type(keys, "three\r");
      await(() -> lines.size() == 1 && promptIsLast(echo));
      type(keys, INTERRUPT);
      reader.join();
    }
    assertThat(lines).containsExactly("three");
  }

  private static boolean promptIsLast(ByteArrayOutputStream echo) {
    String shown = echo.toString(UTF_8);
    return shown.indexOf("> ", shown.lastIndexOf('\n')) > shown.lastIndexOf("three");
  }

  private static void type(OutputStream keys, String typed) throws IOException {
    keys.write(typed.getBytes(UTF_8));
    keys.flush();
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void anInterruptWhileNobodyTypesGoesToTheAnswer() throws Exception {
    AtomicInteger interrupts = new AtomicInteger();
    Terminal terminal = terminal("");
    try (TerminalLines source =
        new TerminalLines(terminal, Conversation.COMMANDS, interrupts::incrementAndGet)) {
      terminal.raise(Terminal.Signal.INT);
      assertThat(source.next()).isEmpty();
    }
    assertThat(interrupts).hasValue(1);
  }
}
