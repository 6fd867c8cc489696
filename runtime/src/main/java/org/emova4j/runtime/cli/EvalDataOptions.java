package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.emova4j.eval.Corpus;
import org.emova4j.runtime.Distribution;
import picocli.CommandLine.Option;

/** Which recordings are measured. */
final class EvalDataOptions {
  @Option(
      names = "--data",
      paramLabel = "FILE",
      description =
          "Manifest with the columns path and, where known, transcript, speaker, gender, emotion,"
              + " alignment: .tsv, or .csv (default: the sample, 48 synthesized sentences).")
  Path data;

  @Option(
      names = "--where",
      paramLabel = "COLUMN=VALUE",
      description = "Take rows with this value alone, e.g. split=dev. May be given several times.")
  Map<String, String> where = new LinkedHashMap<>();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Take at most N recordings, the same ones each time.")
  Integer limit;

  @Option(
      names = "--alignments",
      paramLabel = "DIR",
      description =
          "Where TextGrid or CTM files lie, named as the recordings (default: beside them).")
  Path alignments;

  Corpus corpus() throws IOException, FailedException {
    Path manifest = data == null ? sample() : data;
    if (!Files.isRegularFile(manifest)) {
      throw new FailedException("%s: no such file".formatted(manifest));
    }
    if (alignments != null && !Files.isDirectory(alignments)) {
      throw new FailedException("%s: no such folder".formatted(alignments));
    }
    return limited(
        Corpus.read(manifest, new Corpus.Selection(where, Optional.ofNullable(alignments))));
  }

  private Corpus limited(Corpus corpus) {
    if (limit == null) {
      return corpus;
    }
    if (limit < 1) {
      throw new UsageException("--limit %d is not positive".formatted(limit));
    }
    return corpus.limited(limit);
  }

  private static Path sample() {
    return Distribution.current().home().resolve("samples/eval/corpus.tsv");
  }
}
