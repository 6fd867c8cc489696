package org.emova4j.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which shards are complete and what they hold: one JSON object a line, only ever added to. The
 * result log's lock keeps other processes out. Confined to one thread.
 */
final class ShardJournal implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ShardJournal.class);
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final FileChannel channel;
  private final TreeMap<Integer, Shard> shards = new TreeMap<>();
  private final Set<String> ours = new TreeSet<>();

  /**
   * One shard.
   *
   * @param number from 0
   * @param kind how it was cut and written: another kind is made anew
   * @param file its name; shards without a line have no file
   * @param complete false when it is about to be written, or no longer counts
   * @param first index of its first item in the plan
   * @param bytes size of the file
   * @param sha256 of the file
   * @param lineBytes sum of its lines before compression
   * @param units sum over its lines
   * @param seconds sum over its lines
   * @param items all of the plan that fell into it, those without a line too
   */
  record Shard(
      int number,
      String kind,
      String file,
      boolean complete,
      int first,
      long bytes,
      String sha256,
      long lineBytes,
      long units,
      double seconds,
      List<Entry> items) {
    Shard {
      items = items == null ? List.of() : List.copyOf(items);
    }

    /** How many lines it has. */
    long lines() {
      return items.stream().filter(Entry::isMade).count();
    }

    /** The same, which no longer counts. */
    Shard withdrawn() {
      return new Shard(number, kind, file, false, first, 0, "", 0, 0, 0, List.of());
    }
  }

  /**
   * One item of a shard.
   *
   * @param id its output's name below the staging folder
   * @param bytes of its line; 0 if it has none, since it failed
   * @param hash of its line
   */
  record Entry(String id, long bytes, String hash) {
    boolean isMade() {
      return bytes > 0;
    }
  }

  private ShardJournal(FileChannel channel) {
    this.channel = channel;
  }

  static ShardJournal open(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    ShardJournal journal = new ShardJournal(channel);
    try {
      journal.read(file);
      return journal;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void read(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1); // a character a byte
    int complete = text.lastIndexOf('\n') + 1;
    for (String line : text.substring(0, complete).lines().toList()) {
      try {
        byte[] utf8 = line.getBytes(StandardCharsets.ISO_8859_1);
        remember(MAPPER.readValue(new String(utf8, StandardCharsets.UTF_8), Shard.class));
      } catch (JsonProcessingException e) {
        // What is not understood is made again.
        log.warn("{}: a line is not understood: {}", file, e.getOriginalMessage());
      }
    }
    channel.truncate(complete);
    channel.position(complete);
  }

  private void remember(Shard shard) {
    ours.add(shard.file());
    if (shard.complete()) {
      shards.put(shard.number(), shard);
    } else {
      shards.remove(shard.number());
    }
  }

  /** Adds a line, and returns when it is on the disk. */
  void append(Shard shard) throws IOException {
    ByteBuffer line =
        ByteBuffer.wrap((MAPPER.writeValueAsString(shard) + "\n").getBytes(StandardCharsets.UTF_8));
    long start = channel.position();
    try {
      while (line.hasRemaining()) {
        channel.write(line);
      }
      channel.force(false);
    } catch (IOException e) {
      channel.truncate(start);
      throw e;
    }
    remember(shard);
  }

  /** Complete shards by number, in order. */
  Map<Integer, Shard> shards() {
    return shards;
  }

  /** Whether a file of this name was written, or was to be written, by this batch. */
  boolean isOurs(String file) {
    return ours.contains(file);
  }

  /** Whether a complete shard lies in a file of this name. */
  boolean isComplete(String file) {
    return shards.values().stream().anyMatch(shard -> shard.file().equals(file));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
