package org.emova4j.eval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.emova4j.eval.internal.report.Rendering;

/** Writes reports. */
public final class EvalFiles {
  private EvalFiles() {}

  /**
   * Writes {@code index.html}, {@code report.json} and {@code figures.csv} to a folder, which is
   * made if need be; each appears whole or not at all.
   */
  public static void write(Path folder, EvalReport report, EvalFacts facts) throws IOException {
    Files.createDirectories(folder);
    write(folder.resolve("report.json"), json(report, facts));
    write(folder.resolve("figures.csv"), Rendering.csv(report));
    write(folder.resolve("index.html"), Rendering.html(report, facts));
  }

  /** The report for programs. */
  public static String json(EvalReport report, EvalFacts facts) throws IOException {
    return Rendering.json(report, facts);
  }

  /** The figures for a terminal. */
  public static String table(EvalReport report) {
    return Rendering.table(report);
  }

  /**
   * How the tokenizers compare at a glance: rates, what of units survives disturbances, speed.
   *
   * @return a PNG file
   * @throws IOException if this Java can't draw text
   */
  public static byte[] picture(EvalReport report) throws IOException {
    return Rendering.picture(report);
  }

  private static void write(Path file, String text) throws IOException {
    Path draft =
        file.resolveSibling(".%s.%d".formatted(file.getFileName(), ProcessHandle.current().pid()));
    try {
      Files.writeString(draft, text);
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
