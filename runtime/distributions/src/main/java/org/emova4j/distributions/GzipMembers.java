package org.emova4j.distributions;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * A gzip file of several members (RFC 1952, section 2.2), which readers take as one: content that
 * is compressed already becomes a member by itself.
 */
final class GzipMembers {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, -1};

  private final OutputStream out;

  GzipMembers(OutputStream out) {
    this.out = out;
  }

  void add(DeflatedFile file) throws IOException {
    out.write(HEADER);
    Files.copy(file.data(), out);
    trailer(file.crc(), file.size());
  }

  void add(byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      deflater.setInput(content);
      deflater.finish();
      byte[] block = new byte[content.length + 64];
      out.write(HEADER);
      while (!deflater.finished()) {
        out.write(block, 0, deflater.deflate(block));
      }
    } finally {
      deflater.end();
    }
    trailer(crc.getValue(), content.length);
  }

  private void trailer(long crc, long size) throws IOException {
    ByteBuffer trailer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.write(trailer.putInt((int) crc).putInt((int) size).array());
  }
}
