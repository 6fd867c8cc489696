package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.emova4j.batch.BatchItem;
import org.emova4j.batch.BatchOptions;
import org.emova4j.batch.ShardSize;
import org.emova4j.batch.Task;
import org.emova4j.batch.UnitShards;
import picocli.CommandLine.Option;

/** Units of many files in one, as training reads them. */
final class ShardOptions {
  @Option(
      names = "--shard-size",
      paramLabel = "SIZE",
      description =
          "Gather units in units-00000.jsonl and so on, of so many files (10000) or bytes (64MB)"
              + " each, in the order of the input, with units-index.json.")
  String size;

  @Option(names = "--shard-gzip", description = "Compress the shards: units-00000.jsonl.gz.")
  boolean gzip;

  boolean isWanted() {
    return size != null;
  }

  void check(Task task, Optional<Path> out) {
    if (gzip && size == null) {
      throw new UsageException("--shard-gzip needs --shard-size");
    }
    if (size != null && task != Task.TOKENIZE) {
      throw new UsageException("--shard-size is for --task tokenize");
    }
    if (size != null && out.isEmpty()) {
      throw new UsageException("--shard-size needs the folder for the results");
    }
    if (size != null) {
      shardSize();
    }
  }

  private ShardSize shardSize() {
    return Subcommand.checked(() -> ShardSize.parse(size));
  }

  /** Where lines lie until their shard is complete. */
  static Path staging(Path state) {
    return state.resolve("units");
  }

  /** What identifies a line: the name of its file below the folder that was read. */
  static String id(Path staging, BatchItem item) {
    Path relative = staging.relativize(item.output());
    String text = relative.toString();
    // A name that is no text stays unique by its bytes.
    String shown =
        text.indexOf('\uFFFD') >= 0
            ? staging.toUri().relativize(item.output().toUri()).getRawPath()
            : text;
    int dot = shown.lastIndexOf('.');
    return dot > shown.lastIndexOf('/') + 1 ? shown.substring(0, dot) : shown;
  }

  UnitShards open(List<BatchItem> items, Path state, Path out, BatchOptions.Existing existing)
      throws IOException {
    return UnitShards.open(
        items, staging(state), out, shardSize(), gzip, state.resolve("shards.jsonl"), existing);
  }
}
