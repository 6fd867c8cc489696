package org.emova4j.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of each item, one JSON object a line, only ever added to: what a killed run leaves is
 * a prefix of it, perhaps with half a line at the end, which is cut off. One process at a time.
 *
 * <p>Safe for concurrent use.
 */
public final class ResultLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ResultLog.class);
  private static final JsonMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** Room for some hundred lines about items that failed because the disk was full. */
  private static final int RESERVE_BYTES = 256 << 10;

  private final Path file;
  private final FileChannel channel;
  private final Path reserve;
  private final Map<URI, ItemResult> last = new HashMap<>();
  private final Map<URI, ItemResult> lastOk = new HashMap<>();

  private ResultLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
    reserve = file.resolveSibling(file.getFileName() + ".reserve");
  }

  /**
   * Opens or creates a log, and reads what it holds.
   *
   * @throws IOException if it can't be read or written, or another process has it open
   */
  public static ResultLog open(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      lock(file, channel);
      ResultLog results = new ResultLog(file, channel);
      results.read();
      results.reserve();
      return results;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void lock(Path file, FileChannel channel) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock(); // released with the channel
    } catch (OverlappingFileLockException e) {
      throw new IOException("%s: another batch is using it".formatted(file), e);
    }
    if (lock == null) {
      throw new IOException("%s: another batch is using it".formatted(file));
    }
  }

  /** Space that is given up for the last lines when there is no other. */
  private void reserve() {
    try {
      Files.write(reserve, new byte[RESERVE_BYTES]);
    } catch (IOException e) {
      log.warn("{}: no room for it: {}", reserve, e.getMessage());
    }
  }

  private void read() throws IOException {
    long complete = 0;
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      // Bytes are counted in ISO 8859-1, where each is a character; the text is UTF-8 within.
      for (String line; (line = lines.readLine()) != null; ) {
        long end = complete + line.length() + 1;
        if (end > channel.size()) {
          log.warn("{}: its last line is incomplete and is cut off", file);
          break;
        }
        accept(new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        complete = end;
      }
    }
    channel.truncate(complete);
    channel.position(complete);
  }

  private void accept(String line) {
    try {
      remember(MAPPER.readValue(line, ItemResult.class));
    } catch (JsonProcessingException e) {
      // What is not understood is done again.
      log.warn("{}: a line is not understood: {}", file, e.getOriginalMessage());
    }
  }

  private void remember(ItemResult result) {
    if (result.output() == null) {
      return; // it was never planned
    }
    last.put(result.output(), result);
    if (result.isOk()) {
      lastOk.put(result.output(), result);
    }
  }

  /**
   * Adds a line, and returns when it is on the disk.
   *
   * @throws IOException if there is no room, not even what was reserved for this
   */
  public synchronized void append(ItemResult result) throws IOException {
    byte[] line = (MAPPER.writeValueAsString(result) + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      append(line);
    } catch (IOException e) {
      if (!Files.deleteIfExists(reserve)) {
        throw e;
      }
      log.warn("{}: {}; what was reserved is used up now", file, e.getMessage());
      append(line);
    }
    remember(result);
  }

  private void append(byte[] line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line);
    long start = channel.position();
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    } catch (IOException e) {
      channel.truncate(start); // half a line would swallow the next one
      throw e;
    }
  }

  /** The newest line about an output. */
  public synchronized Optional<ItemResult> last(Path output) {
    return Optional.ofNullable(last.get(output.toUri()));
  }

  /** The newest line that says that an output was made. */
  public synchronized Optional<ItemResult> lastOk(Path output) {
    return Optional.ofNullable(lastOk.get(output.toUri()));
  }

  @Override
  public synchronized void close() throws IOException {
    Files.deleteIfExists(reserve);
    channel.close();
  }
}
