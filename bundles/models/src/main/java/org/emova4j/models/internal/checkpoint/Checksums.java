package org.emova4j.models.internal.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Compares storages with the checksums that their file has of them. */
final class Checksums {
  private static final int CHUNK_BYTES = 1 << 18;

  private Checksums() {}

  /** Reads a storage once, if its file has a checksum of it and this was not done before. */
  static void verify(FileBytes file, Storage storage) throws IOException, FormatException {
    if (storage.isVerified()) {
      return;
    }
    CRC32 crc = new CRC32();
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, storage.bytes()));
    for (long done = 0; done < storage.bytes(); done += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), storage.bytes() - done));
      file.fill(storage.at() + done, chunk);
      crc.update(chunk.array(), 0, chunk.limit());
    }
    if (crc.getValue() != storage.crc().orElseThrow()) {
      throw new FormatException(
          "it is damaged: %s has another checksum than the directory says"
              .formatted(Text.printable(storage.name())));
    }
    storage.setVerified();
  }
}
