package org.emova4j.models.internal;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * Unpacks one {@code .tar.gz} or {@code .tar.zst} into an empty folder. Only plain files and
 * folders with harmless names come out; everything else ends it.
 */
final class ArchiveUnpacker {
  private static final int[] GZIP_MAGIC = {0x1f, 0x8b};
  private static final int[] ZSTD_MAGIC = {0x28, 0xb5, 0x2f, 0xfd};

  /** A file that was unpacked. */
  record Unpacked(long size, String sha256) {}

  private final Path archive;
  private final Path target;
  private final Limits limits;
  private final Map<String, Unpacked> files = new LinkedHashMap<>();
  private final Set<String> folders = new HashSet<>(); // lower case
  private final Map<String, String> names = new LinkedHashMap<>(); // by lower case
  private final byte[] buffer = new byte[1 << 16];
  private long bytes;

  private ArchiveUnpacker(Path archive, Path target, Limits limits) {
    this.archive = archive;
    this.target = target;
    this.limits = limits;
  }

  /**
   * @param archive what to unpack
   * @param target an empty folder; holds rubbish after an exception
   * @return the files by their names in the archive
   * @throws ModelUnavailableException if the archive is damaged, over a limit, or holds something
   *     that must not be unpacked; names the archive, the entry and the reason
   * @throws IOException if the archive can't be opened or the target can't be written
   */
  static Map<String, Unpacked> unpack(Path archive, Path target, Limits limits)
      throws IOException, ModelUnavailableException {
    ArchiveUnpacker unpacker = new ArchiveUnpacker(archive, target, limits);
    try (CountingStream packed =
        new CountingStream(new BufferedInputStream(Files.newInputStream(archive), 1 << 16))) {
      unpacker.unpack(packed);
    }
    return unpacker.files;
  }

  private void unpack(CountingStream packed) throws IOException, ModelUnavailableException {
    try (BoundedStream unpacked =
            new BoundedStream(decompress(packed), limits, () -> packed.count);
        TarArchiveInputStream tar = new TarArchiveInputStream(unpacked, "UTF-8")) {
      for (TarArchiveEntry e = next(tar, unpacked); e != null; e = next(tar, unpacked)) {
        unpackEntry(e, tar, unpacked);
      }
      drain(unpacked);
    }
  }

  private InputStream decompress(CountingStream packed)
      throws IOException, ModelUnavailableException {
    packed.mark(ZSTD_MAGIC.length);
    byte[] magic = packed.readNBytes(ZSTD_MAGIC.length);
    packed.reset();
    packed.count = 0;
    try {
      if (startsWith(magic, GZIP_MAGIC)) {
        return GzipCompressorInputStream.builder()
            .setInputStream(packed)
            .setDecompressConcatenated(true)
            .get();
      }
      if (startsWith(magic, ZSTD_MAGIC)) {
        return new ZstdCompressorInputStream(packed);
      }
    } catch (IOException e) {
      throw damaged(e);
    } catch (LinkageError e) {
      throw new ModelUnavailableException(
          archive + " is a .tar.zst, which needs the bundle com.github.luben.zstd-jni", e);
    }
    throw new ModelUnavailableException(archive + " is neither a .tar.gz nor a .tar.zst");
  }

  private static boolean startsWith(byte[] bytes, int[] magic) {
    if (bytes.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((bytes[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  private TarArchiveEntry next(TarArchiveInputStream tar, BoundedStream unpacked)
      throws ModelUnavailableException {
    unpacked.allow(Limits.HEADER_BYTES);
    try {
      return tar.getNextEntry();
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw damaged(e);
    }
  }

  private void unpackEntry(TarArchiveEntry entry, TarArchiveInputStream tar, BoundedStream unpacked)
      throws IOException, ModelUnavailableException {
    if (files.size() + folders.size() >= limits.entries()) {
      throw new ModelUnavailableException(
          "%s has more than %d entries".formatted(archive, limits.entries()));
    }
    boolean folder = entry.getLinkFlag() == TarConstants.LF_DIR;
    boolean file =
        entry.getLinkFlag() == TarConstants.LF_NORMAL
            || entry.getLinkFlag() == TarConstants.LF_OLDNORM;
    String name = entry.getName();
    if (name.equals("./") && folder) {
      return;
    }
    if (name.startsWith("./")) {
      name = name.substring(2);
    }
    if (folder && name.endsWith("/")) {
      name = name.substring(0, name.length() - 1);
    }
    Optional<String> problem = EntryNames.problem(name);
    if (problem.isPresent()) {
      throw refused(name, problem.get());
    }
    if (!(file || folder) || entry.isSparse()) {
      throw refused(name, "it is neither a plain file nor a folder");
    }
    claim(name, folder);
    if (folder) {
      Files.createDirectories(target.resolve(name));
    } else {
      unpackFile(name, entry.getSize(), tar, unpacked);
    }
  }

  /** A name belongs to one file, or to a folder, in one spelling; so do those of its folders. */
  private void claim(String name, boolean folder) throws ModelUnavailableException {
    for (int end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) {
      claimOne(name.substring(0, end), true);
    }
    claimOne(name, folder);
  }

  private void claimOne(String name, boolean folder) throws ModelUnavailableException {
    String key = name.toLowerCase(Locale.ROOT);
    String taken = names.putIfAbsent(key, name);
    if (taken == null) {
      if (folder) {
        folders.add(key);
      }
      return;
    }
    if (!taken.equals(name)) {
      throw refused(name, "its name differs from that of %s only in case".formatted(taken));
    }
    if (!folder || !folders.contains(key)) {
      throw refused(name, "it occurs twice");
    }
  }

  private void unpackFile(String name, long size, TarArchiveInputStream tar, BoundedStream unpacked)
      throws IOException, ModelUnavailableException {
    bytes += size;
    if (size < 0 || bytes > limits.bytes() || bytes < 0) {
      throw refused(name, "it unpacks to more than %d bytes".formatted(limits.bytes()));
    }
    unpacked.allow(size + Limits.HEADER_BYTES);
    Path file = target.resolve(name);
    Files.createDirectories(file.getParent());
    MessageDigest digest = Hashes.sha256();
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int n = read(tar); n >= 0; n = read(tar)) {
        digest.update(buffer, 0, n);
        ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, n);
        while (chunk.hasRemaining()) {
          out.write(chunk);
        }
      }
    }
    files.put(name, new Unpacked(size, Hashes.hex(digest)));
  }

  private int read(TarArchiveInputStream tar) throws ModelUnavailableException {
    try {
      return tar.read(buffer);
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  /** Only at its end does the compressed stream tell whether its checksum is right. */
  private void drain(BoundedStream unpacked) throws ModelUnavailableException {
    unpacked.allow(Limits.RATIO_FREE_BYTES);
    try {
      while (unpacked.read(buffer, 0, buffer.length) >= 0) {
        // Padding.
      }
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  private ModelUnavailableException refused(String name, String reason) {
    return new ModelUnavailableException(
        "%s: entry %s: %s".formatted(archive, EntryNames.printable(name), reason));
  }

  private ModelUnavailableException damaged(Exception cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof BoundedStream.LimitException) {
        return new ModelUnavailableException("%s: %s".formatted(archive, t.getMessage()), cause);
      }
    }
    return new ModelUnavailableException(
        "%s is damaged, cut short or no model archive%s"
            .formatted(archive, cause.getMessage() == null ? "" : ": " + cause.getMessage()),
        cause);
  }

  /** Counts what the decompressor takes. */
  private static final class CountingStream extends FilterInputStream {
    private long count;

    CountingStream(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      count += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = super.read(buffer, offset, length);
      count += Math.max(n, 0);
      return n;
    }
  }
}
