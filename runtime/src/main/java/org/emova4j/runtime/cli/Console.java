package org.emova4j.runtime.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard streams.
 *
 * @param interactive whether {@code err} is a terminal, so that progress may be drawn
 */
public record Console(InputStream in, PrintStream out, PrintStream err, boolean interactive) {
  /** System property by which {@code bin/emova} says that standard error is a terminal. */
  static final String TERMINAL_PROPERTY = "emova.terminal";

  /**
   * This process's own. From here on {@code System.out} is standard error: what a library prints
   * must not get into a result that somebody pipes.
   */
  public static Console takeSystem() {
    PrintStream out =
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
            false,
            StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    System.setOut(err);
    System.setErr(err);
    return new Console(System.in, out, err, Boolean.getBoolean(TERMINAL_PROPERTY));
  }

  /**
   * Flushes standard output. Streams that print keep their errors to themselves until asked.
   *
   * @throws IOException if something that was printed didn't get there
   */
  static void requireWritten(PrintStream out) throws IOException {
    if (out.checkError()) {
      throw new IOException("standard output can't be written");
    }
  }
}
