package org.emova4j.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * A safetensors file, read in Java: the header is checked as a whole when it is opened, tensors are
 * read one by one. F32, F16 and BF16 come as floats, I32 and I64 as longs; other types may be in
 * the file but can't be read.
 *
 * <p>It reads through a small buffer instead of mapping the file: every weight is read once and
 * widened, and a file that is cut short meanwhile is then an exception and not a dead JVM.
 *
 * <p>Safe for concurrent use. Reading after {@link #close()} is an exception.
 */
public final class Safetensors implements AutoCloseable {
  /** Elements of the largest tensor that comes as an array: what fits into 2 GiB as float32. */
  static final long MAX_LENGTH = (1L << 29) - 2;

  private static final int CHUNK_BYTES = 1 << 18;

  private final Path file;
  private final FileChannel channel;
  private final long dataStart;
  private final Map<String, SafetensorsHeader.Entry> entries;

  private Safetensors(
      Path file,
      FileChannel channel,
      long dataStart,
      Map<String, SafetensorsHeader.Entry> entries) {
    this.file = file;
    this.channel = channel;
    this.dataStart = dataStart;
    this.entries = entries;
  }

  /**
   * @throws ModelUnavailableException if the file is missing, unreadable or malformed; names the
   *     file, the tensor, the value and the limit
   */
  public static Safetensors open(Path file) throws ModelUnavailableException {
    FileChannel channel = null;
    Safetensors opened = null;
    try {
      if (!Files.isRegularFile(file)) {
        throw new ModelUnavailableException(file + " is missing or not a file");
      }
      channel = FileChannel.open(file, StandardOpenOption.READ);
      opened = open(file, channel);
      return opened;
    } catch (NoSuchFileException e) {
      throw new ModelUnavailableException(file + " is missing", e);
    } catch (IOException e) {
      throw new ModelUnavailableException(file + " can't be read", e);
    } finally {
      if (opened == null && channel != null) {
        closeQuietly(channel);
      }
    }
  }

  private static Safetensors open(Path file, FileChannel channel)
      throws IOException, ModelUnavailableException {
    long fileBytes = channel.size();
    if (fileBytes < Long.BYTES) {
      throw new ModelUnavailableException(
          "%s has %d bytes, too few for a safetensors file".formatted(file, fileBytes));
    }
    long headerBytes = readFully(file, channel, 0, allocate(Long.BYTES)).getLong();
    long limit = Math.min(SafetensorsHeader.MAX_HEADER_BYTES, fileBytes - Long.BYTES);
    if (headerBytes < 2 || headerBytes > limit) {
      throw new ModelUnavailableException(
          "%s: the header's length is %s, the limit here is %d"
              .formatted(file, Long.toUnsignedString(headerBytes), limit));
    }
    ByteBuffer json = readFully(file, channel, Long.BYTES, allocate((int) headerBytes));
    long dataStart = Long.BYTES + headerBytes;
    try {
      return new Safetensors(
          file, channel, dataStart, SafetensorsHeader.parse(json, fileBytes - dataStart));
    } catch (SafetensorsHeader.MalformedException e) {
      throw new ModelUnavailableException(file + ": " + e.getMessage(), e);
    }
  }

  /** The file that this reads. */
  public Path file() {
    return file;
  }

  /** Names of all tensors, in the order of the file. */
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /**
   * @return sizes of the dimensions; empty for a scalar
   * @throws ModelUnavailableException if there is no such tensor
   */
  public long[] shape(String name) throws ModelUnavailableException {
    return entry(name).shape().clone();
  }

  /**
   * @return the elements in row-major order, widened to float
   * @throws ModelUnavailableException if there is no such tensor, it isn't F32, F16 or BF16, it is
   *     too large for an array, or the file can't be read any more
   */
  public float[] read(String name) throws ModelUnavailableException {
    float[] values = new float[length(name)];
    read(name, FloatBuffer.wrap(values));
    return values;
  }

  /**
   * @return the elements in row-major order
   * @throws ModelUnavailableException if there is no such tensor, it isn't I32 or I64, it is too
   *     large for an array, or the file can't be read any more
   */
  public long[] readLongs(String name) throws ModelUnavailableException {
    SafetensorsHeader.Entry e = entry(name);
    if (!e.dtype().isInteger()) {
      throw new ModelUnavailableException(
          "%s: tensor %s is %s, expected I32 or I64".formatted(file, name, e.dtype()));
    }
    long[] values = new long[length(name)];
    LongBuffer to = LongBuffer.wrap(values);
    forEachChunk(e, e.begin(), e.end(), chunk -> e.dtype().widen(chunk, to));
    return values;
  }

  private void read(String name, FloatBuffer to) throws ModelUnavailableException {
    read(name, 0, to);
  }

  /**
   * Reads a part of a tensor: as many elements as {@code to} has room for.
   *
   * @param from first element, counted in row-major order; the last one must exist
   */
  void read(String name, long from, FloatBuffer to) throws ModelUnavailableException {
    SafetensorsHeader.Entry e = entry(name);
    if (!e.dtype().isFloat()) {
      throw new ModelUnavailableException(
          "%s: tensor %s is %s, expected F32, F16 or BF16".formatted(file, name, e.dtype()));
    }
    long size = e.dtype().size;
    long begin = e.begin() + from * size;
    forEachChunk(e, begin, begin + to.remaining() * size, chunk -> e.dtype().widen(chunk, to));
  }

  /** Number of elements, at most {@link #MAX_LENGTH}. */
  private int length(String name) throws ModelUnavailableException {
    long length = entry(name).length();
    if (length > MAX_LENGTH) {
      throw new ModelUnavailableException(
          "%s: tensor %s has %d elements, the limit is %d"
              .formatted(file, name, length, MAX_LENGTH));
    }
    return (int) length;
  }

  /** Closes the file. */
  @Override
  public void close() {
    closeQuietly(channel);
  }

  private SafetensorsHeader.Entry entry(String name) throws ModelUnavailableException {
    SafetensorsHeader.Entry e = entries.get(name);
    if (e == null) {
      throw new ModelUnavailableException("%s has no tensor %s".formatted(file, name));
    }
    return e;
  }

  private interface ChunkSink {
    void accept(ByteBuffer chunk);
  }

  /**
   * @param begin offset in the data section, inside the tensor
   * @param end behind the last byte, inside the tensor
   */
  private void forEachChunk(SafetensorsHeader.Entry e, long begin, long end, ChunkSink sink)
      throws ModelUnavailableException {
    try {
      long bytes = end - begin;
      ByteBuffer chunk = allocate((int) Math.min(CHUNK_BYTES, bytes));
      for (long done = 0; done < bytes; done += chunk.limit()) {
        chunk.clear().limit((int) Math.min(chunk.capacity(), bytes - done));
        sink.accept(readFully(file, channel, dataStart + begin + done, chunk));
      }
    } catch (IOException failure) {
      throw new ModelUnavailableException(
          "%s: tensor %s can't be read".formatted(file, e.name()), failure);
    }
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer readFully(Path file, FileChannel channel, long at, ByteBuffer to)
      throws IOException, ModelUnavailableException {
    long position = at;
    while (to.hasRemaining()) {
      int n = channel.read(to, position);
      if (n < 0) {
        throw new ModelUnavailableException(
            "%s ends at byte %d, it was longer when it was opened".formatted(file, position));
      }
      position += n;
    }
    return to.flip();
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written, so nothing is lost.
    }
  }
}
