package org.emova4j.distributions;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * A file's content as a raw DEFLATE stream (RFC 1951), which gzip and zip both take as it is: what
 * goes into many archives is compressed once.
 *
 * @param data the stream, in a temporary file
 * @param size of the content, in bytes
 * @param crc CRC-32 of the content
 */
record DeflatedFile(Path data, long size, long crc) {
  static DeflatedFile of(Path file, Path folder) throws IOException {
    Path data = Files.createTempFile(folder, "part-", ".deflate");
    CRC32 crc = new CRC32();
    long size = 0;
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try (InputStream in = Files.newInputStream(file);
        OutputStream out =
            new DeflaterOutputStream(Files.newOutputStream(data), deflater, 1 << 16)) {
      byte[] block = new byte[1 << 16];
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        crc.update(block, 0, n);
        size += n;
        out.write(block, 0, n);
      }
    } finally {
      deflater.end();
    }
    return new DeflatedFile(data, size, crc.getValue());
  }
}
