package org.emova4j.eval.internal.observe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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
 * Observations, a JSON object a line, only ever added to: what a killed run leaves is a prefix of
 * it, perhaps with half a line at the end, which is cut off. One process at a time.
 *
 * <p>Safe for concurrent use.
 */
public final class ObservationLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ObservationLog.class);
  private static final JsonMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Observation> observations = new HashMap<>();

  private record Line(String key, Observation observation) {}

  private ObservationLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens or creates a log, and reads what it holds.
   *
   * @throws IOException if it can't be read or written, or another process has it open
   */
  public static ObservationLog open(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) { // released with the channel
        throw new IOException("%s: another evaluation is using it".formatted(file));
      }
      ObservationLog opened = new ObservationLog(file, channel);
      opened.read();
      return opened;
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new IOException("%s: another evaluation is using it".formatted(file), e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void read() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int begin = 0;
    for (int end = 0; end < bytes.length; end++) {
      if (bytes[end] == '\n') {
        accept(new String(bytes, begin, end - begin, StandardCharsets.UTF_8));
        begin = end + 1;
      }
    }
    if (begin < bytes.length) {
      log.warn("{}: its last line is incomplete and is cut off", file);
    }
    channel.truncate(begin);
    channel.position(begin);
  }

  private void accept(String text) {
    try {
      Line line = MAPPER.readValue(text, Line.class);
      observations.put(line.key(), line.observation());
    } catch (JsonProcessingException | RuntimeException e) {
      // What is not understood is done again.
      log.warn("{}: a line is not understood: {}", file, e.getMessage());
    }
  }

  /** What is known under a key. */
  public synchronized Optional<Observation> find(String key) {
    return Optional.ofNullable(observations.get(key));
  }

  /**
   * Adds a line. What comes back from {@link #find} is what a later run would read, so that both
   * see the same numbers.
   *
   * @throws IOException if there is no room
   */
  public synchronized Observation append(String key, Observation observation) throws IOException {
    String text = MAPPER.writeValueAsString(new Line(key, observation));
    ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
    long start = channel.position();
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      channel.truncate(start); // half a line would swallow the next one
      throw e;
    }
    observations.put(key, observation);
    return observation;
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }
}
