package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.emova4j.batch.report.BatchReport;
import org.emova4j.batch.report.Pictures;
import picocli.CommandLine.Option;

/** Reports about a batch. */
final class BatchReportOptions {
  private static final int DEFAULT_SAMPLES = 12;
  private static final int MAX_SAMPLES = 1_000;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Write what became of every file: a page that needs no network (.html), or the same for"
              + " programs (.json). May be given twice.")
  List<Path> files = new ArrayList<>();

  @Option(
      names = "--report-pictures",
      paramLabel = "N",
      description =
          "Spectrograms before and after of so many files, those with warnings and failures first"
              + " (default: 12).")
  int pictures = DEFAULT_SAMPLES;

  /** What would fail in the end is said before the night. */
  void check() throws FailedException {
    if (pictures < 0 || pictures > MAX_SAMPLES) {
      throw new UsageException(
          "--report-pictures %d is outside 0..%d".formatted(pictures, MAX_SAMPLES));
    }
    for (Path file : files) {
      if (!isJson(file) && !isHtml(file)) {
        throw new UsageException("--report %s ends neither in .html nor in .json".formatted(file));
      }
      Path folder = file.toAbsolutePath().getParent();
      if (Files.isDirectory(file) || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
        throw new FailedException("%s: can't be written there".formatted(file));
      }
    }
  }

  boolean isWanted() {
    return !files.isEmpty();
  }

  void write(BatchReport report, Pictures spectrograms) throws IOException {
    for (Path file : files) {
      if (isJson(file)) {
        report.writeJson(file);
      } else {
        report.writeHtml(file, spectrograms, pictures);
      }
    }
  }

  private static boolean isJson(Path file) {
    return lower(file).endsWith(".json");
  }

  private static boolean isHtml(Path file) {
    return lower(file).endsWith(".html") || lower(file).endsWith(".htm");
  }

  private static String lower(Path file) {
    return file.toString().toLowerCase(Locale.ROOT);
  }
}
