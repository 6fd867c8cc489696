package org.emova4j.models.internal.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes files as {@code torch.save} does. */
public final class TorchZip {
  /** A tensor to write. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Tensor(String storageType, long[] shape, byte[] bytes) {
    public static Tensor floats(long[] shape, float... values) {
      ByteBuffer bytes =
          ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      return new Tensor("FloatStorage", shape, bytes.array());
    }
  }

  private TorchZip() {}

  /**
   * @param root maps, lists, strings, numbers and {@link Tensor}s
   */
  public static Path write(Path file, Object root) {
    Map<String, byte[]> storages = new LinkedHashMap<>();
    byte[] pickle = new PickleBytes().value(root, storages).end();
    return write(file, pickle, storages);
  }

  public static Path write(Path file, byte[] pickle, Map<String, byte[]> storages) {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      put(zip, "archive/data.pkl", pickle);
      for (Map.Entry<String, byte[]> storage : storages.entrySet()) {
        put(zip, "archive/data/" + storage.getKey(), storage.getValue());
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
