package org.emova4j.models.internal.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * A file with tensors: {@code torch.save}'s in both of its formats, safetensors, or NumPy's. When
 * it is opened only descriptions are read; tensors come one at a time, in small pieces.
 *
 * <p>Confined to one thread.
 */
public final class Checkpoint implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 18;
  private static final int MAX_SPAN_BYTES = Integer.MAX_VALUE - 64;
  private static final String LFS = "version https://git-lfs.github.com/spec/";

  /** Takes a tensor's elements piece by piece. */
  @FunctionalInterface
  public interface Sink {
    /**
     * @param chunk little endian, whole elements
     */
    void accept(ByteBuffer chunk) throws IOException, ModelUnavailableException;
  }

  private interface Format {
    Map<String, StoredTensor> read(FileBytes bytes) throws IOException, FormatException;
  }

  private final Path file;
  private final FileBytes bytes;
  private final Map<String, StoredTensor> tensors;

  private Checkpoint(Path file, FileBytes bytes, Map<String, StoredTensor> tensors) {
    this.file = file;
    this.bytes = bytes;
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /**
   * @throws ModelUnavailableException if the file is missing, damaged, of no known format, or holds
   *     more than data; names the file and the reason
   * @throws IOException if it can't be read
   */
  public static Checkpoint open(Path file) throws IOException, ModelUnavailableException {
    if (!Files.isRegularFile(file)) {
      throw new ModelUnavailableException(file + " is missing or not a file");
    }
    FileBytes bytes;
    try {
      bytes = new FileBytes(file);
    } catch (NoSuchFileException e) {
      throw new ModelUnavailableException(file + " is missing", e);
    }
    Checkpoint opened = null;
    try {
      opened = new Checkpoint(file, bytes, format(bytes).read(bytes));
      return opened;
    } catch (FormatException e) {
      throw new ModelUnavailableException(file + ": " + e.getMessage(), e);
    } finally {
      if (opened == null) {
        bytes.close();
      }
    }
  }

  /** Whether a file holds only a Git-LFS reference to what should be there. */
  public static boolean isLfsPointer(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(LFS.length()), ISO_8859_1).equals(LFS);
    }
  }

  private static Format format(FileBytes bytes) throws IOException, FormatException {
    String head = new String(bytes.read(0, (int) Math.min(bytes.size(), 512)).array(), ISO_8859_1);
    if (head.startsWith(LFS)) {
      throw new FormatException(
          "it is a Git-LFS pointer and not the file itself, which \"git lfs pull\" fetches");
    } else if (head.startsWith("PK\u0003\u0004")) {
      return TorchFile::readZip;
    } else if (head.startsWith("\u0080")) {
      return TorchFile::readLegacy;
    } else if (head.startsWith("\u0093NUMPY")) {
      return NumpyFile::read;
    } else if (head.length() > 8 && head.charAt(8) == '{') {
      return SafetensorsFile::read;
    } else if (head.length() == 512 && head.startsWith("ustar", 257)) {
      throw new FormatException("it is a tar file, which PyTorch wrote before version 0.1.10");
    }
    throw new FormatException("it is none of PyTorch's, safetensors or NumPy's files");
  }

  public Path file() {
    return file;
  }

  /** All tensors by name, in the order of the file. */
  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /**
   * Reads a tensor's elements in row-major order. What the file has a checksum of is compared with
   * it first.
   *
   * @param name for messages
   */
  public void read(String name, StoredTensor tensor, Sink sink)
      throws IOException, ModelUnavailableException {
    try {
      Checksums.verify(bytes, tensor.storage());
      if (tensor.isContiguous()) {
        readInOrder(tensor, sink);
      } else {
        gather(name, tensor, sink);
      }
    } catch (FormatException e) {
      throw new ModelUnavailableException(
          "%s: tensor %s: %s".formatted(file, Text.printable(name), e.getMessage()), e);
    }
  }

  private static long start(StoredTensor tensor) {
    return tensor.storage().at() + tensor.offset() * tensor.type().size;
  }

  private void readInOrder(StoredTensor tensor, Sink sink)
      throws IOException, FormatException, ModelUnavailableException {
    long start = start(tensor);
    long total = tensor.length() * tensor.type().size;
    ByteBuffer chunk = buffer((int) Math.min(CHUNK_BYTES, total));
    for (long done = 0; done < total; ) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), total - done));
      bytes.fill(start + done, chunk);
      done += chunk.limit();
      sink.accept(chunk);
    }
  }

  /** Elements that lie apart: all that lies between them is read at once. */
  private void gather(String name, StoredTensor tensor, Sink sink)
      throws IOException, FormatException, ModelUnavailableException {
    int size = tensor.type().size;
    if (tensor.span() > MAX_SPAN_BYTES / size) {
      throw new FormatException(
          "%s is spread over %d elements, too many".formatted(Text.printable(name), tensor.span()));
    }
    byte[] all = new byte[(int) tensor.span() * size];
    bytes.fill(start(tensor), ByteBuffer.wrap(all));
    ByteBuffer chunk = buffer(CHUNK_BYTES);
    StoredTensor.Places places = tensor.new Places();
    for (long i = 0; i < tensor.length(); i++) {
      chunk.put(all, (int) places.next() * size, size);
      if (!chunk.hasRemaining() || i + 1 == tensor.length()) {
        chunk.flip();
        sink.accept(chunk);
        chunk.clear();
      }
    }
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
