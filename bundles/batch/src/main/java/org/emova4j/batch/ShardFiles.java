package org.emova4j.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** Writes shards and their index. */
final class ShardFiles {
  static final String DRAFT = ".emova-batch-";
  static final Pattern NAME = Pattern.compile("units-\\d{5,}\\.jsonl(\\.gz)?");

  private static final String INDEX = "units-index.json";
  private static final int BUFFER = 1 << 16;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Path folder;
  private final String kind;
  private final boolean gzip;

  /**
   * @param kind how shards are cut and written
   */
  ShardFiles(Path folder, String kind, boolean gzip) {
    this.folder = folder;
    this.kind = kind;
    this.gzip = gzip;
  }

  String kind() {
    return kind;
  }

  /** The same lines give the same bytes: gzip's header has no time. */
  ShardJournal.Shard write(int number, int first, Path draft, List<String> ids, List<Path> lines)
      throws IOException {
    List<ShardJournal.Entry> entries = new ArrayList<>();
    long lineBytes = 0;
    long units = 0;
    double seconds = 0;
    try (OutputStream file = Files.newOutputStream(draft);
        OutputStream out =
            new BufferedOutputStream(gzip ? new GZIPOutputStream(file, BUFFER) : file, BUFFER)) {
      for (int i = 0; i < lines.size(); i++) {
        if (!Files.exists(lines.get(i))) {
          entries.add(new ShardJournal.Entry(ids.get(i), 0, ""));
          continue;
        }
        byte[] line = Files.readAllBytes(lines.get(i));
        JsonNode fields = MAPPER.readTree(line);
        units += fields.path("units").size();
        seconds += fields.path("seconds").asDouble();
        lineBytes += line.length;
        out.write(line);
        entries.add(new ShardJournal.Entry(ids.get(i), line.length, hash(line)));
      }
    }
    try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    return new ShardJournal.Shard(
        number,
        kind,
        "units-%05d.jsonl%s".formatted(number, gzip ? ".gz" : ""),
        true,
        first,
        Files.size(draft),
        Hashes.sha256(draft),
        lineBytes,
        units,
        seconds,
        entries);
  }

  void writeIndex(Collection<ShardJournal.Shard> shards) throws IOException {
    List<Map<String, Object>> files = new ArrayList<>();
    for (ShardJournal.Shard shard : shards) {
      if (shard.lines() > 0) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("file", shard.file());
        facts.put("lines", shard.lines());
        facts.put("units", shard.units());
        facts.put("seconds", shard.seconds());
        facts.put("bytes", shard.bytes());
        facts.put("lineBytes", shard.lineBytes());
        facts.put("sha256", shard.sha256());
        files.add(facts);
      }
    }
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("lines", shards.stream().mapToLong(ShardJournal.Shard::lines).sum());
    index.put("units", shards.stream().mapToLong(ShardJournal.Shard::units).sum());
    index.put("seconds", shards.stream().mapToDouble(ShardJournal.Shard::seconds).sum());
    index.put("shards", files);
    Path draft = folder.resolve(DRAFT + UUID.randomUUID() + ".part");
    try {
      Files.writeString(
          draft, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(index) + "\n");
      Files.move(draft, folder.resolve(INDEX), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Half of a SHA-256: it tells lines apart, and a journal holds very many. */
  static String hash(byte[] line) {
    return Hashes.sha256(line).substring(0, 32);
  }
}
