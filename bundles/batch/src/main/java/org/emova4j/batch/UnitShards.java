package org.emova4j.batch;

import static java.util.Objects.requireNonNull;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Gathers the lines of many items into files that training reads one after the other: {@code
 * units-00000.jsonl}, and so on, in the order of the plan, with {@code units-index.json}.
 *
 * <p>Items put their line into a staging folder. When all items of a shard have ended, it is
 * written, journalled, and only then are the staged lines removed: a line lies in the staging
 * folder or in a shard at any moment, and never counts twice. Where the plan has changed since, or
 * an item has a new line, the shards concerned are taken apart and written anew.
 *
 * <p>Safe for concurrent use.
 */
public final class UnitShards implements OutputKeeper, AutoCloseable {

  private final List<Path> outputs;
  private final Map<Path, Integer> indexes = new HashMap<>();
  private final boolean[] settled;
  private final Path staging;
  private final Path folder;
  private final ShardSize size;
  private final ShardFiles files;
  private final ShardJournal journal;
  private final Map<Path, Long> held = new HashMap<>();
  private final TreeMap<Integer, ShardJournal.Shard> byFirst = new TreeMap<>();

  // The shard by size that is being gathered: of the plan's items from, to, and their lines.
  private int gatheredFrom = -1;
  private int gatheredTo;
  private long gatheredBytes;

  private UnitShards(
      List<BatchItem> items,
      Path staging,
      Path folder,
      ShardSize size,
      boolean gzip,
      ShardJournal journal) {
    outputs = items.stream().map(BatchItem::output).toList();
    for (int i = 0; i < outputs.size(); i++) {
      indexes.put(outputs.get(i), i);
    }
    settled = new boolean[outputs.size()];
    this.staging = staging;
    this.folder = folder;
    this.size = requireNonNull(size, "size");
    files = new ShardFiles(folder, size + (gzip ? " gzip" : " plain"), gzip);
    this.journal = journal;
  }

  /**
   * Takes up what an earlier run left.
   *
   * @param items the plan, whose outputs lie in {@code staging}
   * @param staging folder for lines that are in no shard yet
   * @param folder where the shards go
   * @param gzip whether shards are compressed
   * @param journalFile says which shards are complete
   * @param existing whether files of other origin are replaced
   * @throws IOException if a file is in the way or can't be read or written
   */
  public static UnitShards open(
      List<BatchItem> items,
      Path staging,
      Path folder,
      ShardSize size,
      boolean gzip,
      Path journalFile,
      BatchOptions.Existing existing)
      throws IOException {
    Files.createDirectories(folder);
    ShardJournal journal = ShardJournal.open(journalFile);
    try {
      UnitShards shards = new UnitShards(items, staging, folder, size, gzip, journal);
      shards.clear(existing);
      shards.takeUp();
      return shards;
    } catch (IOException | RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  /** Removes drafts, and refuses files that something else made. */
  private void clear(BatchOptions.Existing existing) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (name.startsWith(ShardFiles.DRAFT) && name.endsWith(".part")) {
          Files.delete(file);
        } else if (ShardFiles.NAME.matcher(name).matches() && !journal.isComplete(name)) {
          if (existing != BatchOptions.Existing.REPLACE && !journal.isOurs(name)) {
            throw new IOException(
                "%s is not of this batch; --existing replace removes it".formatted(file));
          }
          Files.delete(file);
        }
      }
    }
  }

  /** Keeps the shards that are as this plan wants them, and takes the others apart. */
  private void takeUp() throws IOException {
    int next = 0;
    boolean cutAnew = false;
    for (ShardJournal.Shard shard : List.copyOf(journal.shards().values())) {
      boolean follows = size.countsItems() || shard.first() == next;
      if (!cutAnew && follows && isAsPlanned(shard) && isUnharmed(shard)) {
        byFirst.put(shard.first(), shard);
        next = shard.first() + shard.items().size();
        for (ShardJournal.Entry entry : shard.items()) {
          if (entry.isMade()) {
            held.put(staged(entry), entry.bytes());
          }
        }
      } else {
        takeApart(shard);
        cutAnew = !size.countsItems(); // all later ones are cut at other places
      }
    }
    for (ShardJournal.Shard shard : List.copyOf(byFirst.values())) {
      if (byFirst.containsKey(shard.first())) {
        dropStaged(shard);
      }
    }
    files.writeIndex(byFirst.values());
  }

  private boolean isAsPlanned(ShardJournal.Shard shard) {
    int end = shard.first() + shard.items().size();
    boolean last = end == outputs.size();
    if (!shard.kind().equals(files.kind()) || shard.items().isEmpty() || end > outputs.size()) {
      return false;
    }
    boolean full =
        size.countsItems()
            ? shard.items().size() == size.items() && shard.first() % size.items() == 0
            : shard.lineBytes() >= size.bytes();
    for (int i = 0; i < shard.items().size(); i++) {
      if (!staged(shard.items().get(i)).equals(outputs.get(shard.first() + i))) {
        return false;
      }
    }
    return full || last;
  }

  private boolean isUnharmed(ShardJournal.Shard shard) throws IOException {
    Path file = folder.resolve(shard.file());
    return shard.lines() == 0 || (Files.exists(file) && Files.size(file) == shard.bytes());
  }

  /** A run that was killed may have left lines that are in the shard, or newer ones. */
  private void dropStaged(ShardJournal.Shard shard) throws IOException {
    for (ShardJournal.Entry entry : shard.items()) {
      Path line = staged(entry);
      if (Files.exists(line)) {
        if (!entry.isMade() || !ShardFiles.hash(Files.readAllBytes(line)).equals(entry.hash())) {
          withdraw(shard);
          return;
        }
        Files.delete(line);
      }
    }
  }

  private Path staged(ShardJournal.Entry entry) {
    return Path.of(URI.create(staging.toUri() + entry.id()));
  }

  private String id(Path output) {
    String root = staging.toUri().toString();
    return output.toUri().toString().substring(root.length());
  }

  @Override
  public synchronized boolean holds(Path output, long bytes) {
    return OutputKeeper.FILES.holds(output, bytes) || Long.valueOf(bytes).equals(held.get(output));
  }

  @Override
  public synchronized void settled(BatchItem item, boolean made) throws IOException {
    int index = requireNonNull(indexes.get(item.output()), "the item is none of the plan");
    settled[index] = true;
    Map.Entry<Integer, ShardJournal.Shard> before = byFirst.floorEntry(index);
    if (before != null && index < before.getKey() + before.getValue().items().size()) {
      boolean hasLine = before.getValue().items().get(index - before.getKey()).isMade();
      if (made ? !Files.exists(item.output()) : !hasLine) {
        return; // the shard is right as it is
      }
      withdraw(before.getValue());
    }
    if (!made) {
      Files.deleteIfExists(item.output()); // of other settings, or of another input
    }
    if (size.countsItems()) {
      int first = index - index % size.items();
      assemble(first, Math.min(outputs.size(), first + size.items()));
    } else {
      assembleInOrder();
    }
  }

  /** Takes a shard apart that has a new line; by size all later ones are cut anew, too. */
  private void withdraw(ShardJournal.Shard shard) throws IOException {
    Map<Integer, ShardJournal.Shard> concerned =
        size.countsItems()
            ? Map.of(shard.first(), shard)
            : new TreeMap<>(byFirst.tailMap(shard.first()));
    gatheredFrom = -1;
    for (ShardJournal.Shard each : concerned.values()) {
      takeApart(each);
      byFirst.remove(each.first());
      each.items().forEach(entry -> held.remove(staged(entry)));
    }
  }

  /** Puts the lines of a shard back into the staging folder, and then removes it. */
  private void takeApart(ShardJournal.Shard shard) throws IOException {
    Path file = folder.resolve(shard.file());
    if (shard.lines() > 0 && Files.exists(file)) {
      try (BufferedReader lines = reader(file)) {
        for (ShardJournal.Entry entry : shard.items()) {
          if (entry.isMade()) {
            restore(staged(entry), lines.readLine(), entry);
          }
        }
      } catch (ZipException | EOFException e) {
        // It is damaged: what isn't restored is made again.
      }
    }
    journal.append(shard.withdrawn());
    Files.deleteIfExists(file);
  }

  private static BufferedReader reader(Path file) throws IOException {
    InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
    return new BufferedReader(
        new InputStreamReader(
            file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes,
            StandardCharsets.UTF_8));
  }

  private static void restore(Path staged, String line, ShardJournal.Entry entry)
      throws IOException {
    if (line == null || Files.exists(staged)) {
      return; // the staged one is newer
    }
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    if (ShardFiles.hash(bytes).equals(entry.hash())) {
      Files.createDirectories(staged.getParent());
      Path draft = staged.resolveSibling(ShardFiles.DRAFT + UUID.randomUUID() + ".part");
      Files.write(draft, bytes);
      Files.move(draft, staged, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void assembleInOrder() throws IOException {
    while (true) {
      Map.Entry<Integer, ShardJournal.Shard> last = byFirst.lastEntry();
      int first = last == null ? 0 : last.getKey() + last.getValue().items().size();
      if (gatheredFrom != first) {
        gatheredFrom = first;
        gatheredTo = first;
        gatheredBytes = 0;
      }
      while (gatheredTo < outputs.size() && settled[gatheredTo] && gatheredBytes < size.bytes()) {
        Path line = outputs.get(gatheredTo);
        gatheredBytes += Files.exists(line) ? Files.size(line) : 0;
        gatheredTo++;
      }
      boolean full = gatheredBytes >= size.bytes() || gatheredTo == outputs.size();
      if (gatheredTo == first || !full) {
        return;
      }
      assemble(first, gatheredTo);
    }
  }

  private void assemble(int first, int end) throws IOException {
    for (int i = first; i < end; i++) {
      if (!settled[i]) {
        return;
      }
    }
    int number = size.countsItems() ? first / size.items() : byFirst.size();
    Path draft = folder.resolve(ShardFiles.DRAFT + UUID.randomUUID() + ".part");
    try {
      ShardJournal.Shard written =
          files.write(number, first, draft, ids(first, end), outputs.subList(first, end));
      journal.append(written.withdrawn()); // from here on the file is ours
      if (written.lines() > 0) {
        Files.move(
            draft,
            folder.resolve(written.file()),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
      journal.append(written);
      byFirst.put(first, written);
      for (ShardJournal.Entry entry : written.items()) {
        if (entry.isMade()) {
          held.put(staged(entry), entry.bytes());
          Files.delete(staged(entry));
        }
      }
    } finally {
      Files.deleteIfExists(draft);
    }
    files.writeIndex(byFirst.values());
  }

  private List<String> ids(int first, int end) {
    return outputs.subList(first, end).stream().map(this::id).toList();
  }

  @Override
  public synchronized void close() throws IOException {
    journal.close();
  }
}
