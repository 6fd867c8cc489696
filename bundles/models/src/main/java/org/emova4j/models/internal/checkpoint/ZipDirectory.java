package org.emova4j.models.internal.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The directory of a zip file whose entries are stored uncompressed, as PyTorch writes them: their
 * bytes can be read in place. Compressed or encrypted entries are refused, so nothing can unpack to
 * more than it is. Format: PKWARE APPNOTE 6.3.
 */
final class ZipDirectory {
  static final int MAX_ENTRIES = 100_000;
  private static final int MAX_BYTES = 32 << 20;

  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_BYTES = 56;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCATOR_64_BYTES = 20;
  private static final int ENTRY = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final long IN_EXTRA = 0xffff_ffffL;
  private static final int EXTRA_64 = 1;

  /**
   * @param header where its local header lies
   * @param bytes size of its content
   */
  private record Entry(String name, long header, long bytes, long crc, int method, int flags) {}

  private final FileBytes file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long start;

  private ZipDirectory(FileBytes file) {
    this.file = file;
  }

  static ZipDirectory read(FileBytes file) throws IOException, FormatException {
    ZipDirectory directory = new ZipDirectory(file);
    directory.read();
    return directory;
  }

  /** Names of all entries, in the order of the directory. */
  Iterable<String> names() {
    return entries.keySet();
  }

  boolean contains(String name) {
    return entries.containsKey(name);
  }

  /** Where an entry's content lies. */
  Storage storage(String name) throws IOException, FormatException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new FormatException("it has no entry %s".formatted(Text.printable(name)));
    }
    if ((entry.flags & 1) != 0) {
      throw new FormatException("entry %s is encrypted".formatted(Text.printable(name)));
    }
    if (entry.method != 0) {
      throw new FormatException(
          "entry %s is compressed, PyTorch stores entries as they are"
              .formatted(Text.printable(name)));
    }
    ByteBuffer local = file.read(entry.header, LOCAL_BYTES);
    int nameBytes = local.getShort(26) & 0xffff;
    int extraBytes = local.getShort(28) & 0xffff;
    if (local.getInt(0) != LOCAL
        || !text(file.read(entry.header + LOCAL_BYTES, nameBytes), nameBytes).equals(name)) {
      throw new FormatException(
          "entry %s is not where the directory says".formatted(Text.printable(name)));
    }
    long at = entry.header + LOCAL_BYTES + nameBytes + extraBytes;
    if (at + entry.bytes > start) {
      throw new FormatException(
          "entry %s of %d bytes at %d reaches into the directory"
              .formatted(Text.printable(name), entry.bytes, at));
    }
    return Storage.at(name, at, entry.bytes, java.util.OptionalLong.of(entry.crc));
  }

  private void read() throws IOException, FormatException {
    long end = findEnd();
    ByteBuffer tail = file.read(end, END_BYTES);
    long count = tail.getShort(10) & 0xffff;
    long bytes = tail.getInt(12) & 0xffff_ffffL;
    start = tail.getInt(16) & 0xffff_ffffL;
    if (count == 0xffff || bytes == IN_EXTRA || start == IN_EXTRA) {
      ByteBuffer tail64 = end64(end);
      count = tail64.getLong(32);
      bytes = tail64.getLong(40);
      start = tail64.getLong(48);
    }
    if (count < 0 || count > MAX_ENTRIES || bytes < 0 || bytes > MAX_BYTES) {
      throw new FormatException(
          "its directory has %s entries in %s bytes, the limits are %d and %d"
              .formatted(
                  Long.toUnsignedString(count),
                  Long.toUnsignedString(bytes),
                  MAX_ENTRIES,
                  MAX_BYTES));
    }
    ByteBuffer directory = file.read(start, (int) bytes);
    for (long i = 0; i < count; i++) {
      add(entry(directory));
    }
  }

  /** The last record of the file; a comment may follow it. */
  private long findEnd() throws IOException, FormatException {
    int length = (int) Math.min(file.size(), END_BYTES + 0xffff);
    ByteBuffer tail = file.read(file.size() - length, length);
    for (int at = length - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END && (tail.getShort(at + 20) & 0xffff) == length - END_BYTES - at) {
        return file.size() - length + at;
      }
    }
    throw new FormatException("it is damaged or cut short: the directory at its end is missing");
  }

  private ByteBuffer end64(long end) throws IOException, FormatException {
    ByteBuffer locator = file.read(end - LOCATOR_64_BYTES, LOCATOR_64_BYTES);
    if (locator.getInt(0) != LOCATOR_64) {
      throw new FormatException("its 64-bit directory is missing");
    }
    ByteBuffer tail = file.read(locator.getLong(8), END_64_BYTES);
    if (tail.getInt(0) != END_64) {
      throw new FormatException("its 64-bit directory is not where it should be");
    }
    return tail;
  }

  private static Entry entry(ByteBuffer in) throws FormatException {
    int at = in.position();
    if (in.remaining() < ENTRY_BYTES || in.getInt(at) != ENTRY) {
      throw new FormatException("its directory is damaged at byte %d".formatted(at));
    }
    int nameBytes = in.getShort(at + 28) & 0xffff;
    int extraBytes = in.getShort(at + 30) & 0xffff;
    int commentBytes = in.getShort(at + 32) & 0xffff;
    if (in.remaining() < ENTRY_BYTES + nameBytes + extraBytes + commentBytes) {
      throw new FormatException("its directory ends in the middle of an entry");
    }
    long packed = in.getInt(at + 20) & 0xffff_ffffL;
    long unpacked = in.getInt(at + 24) & 0xffff_ffffL;
    long header = in.getInt(at + 42) & 0xffff_ffffL;
    in.position(at + ENTRY_BYTES);
    String name = text(in, nameBytes);
    ByteBuffer extra = extra64(in, extraBytes);
    unpacked = wide(unpacked, extra, name);
    packed = wide(packed, extra, name);
    header = wide(header, extra, name);
    in.position(at + ENTRY_BYTES + nameBytes + extraBytes + commentBytes);
    int method = in.getShort(at + 10) & 0xffff;
    if (unpacked < 0 || header < 0 || (method == 0 && packed != unpacked)) {
      throw new FormatException(
          "entry %s has %d bytes packed and %d unpacked"
              .formatted(Text.printable(name), packed, unpacked));
    }
    return new Entry(
        name,
        header,
        unpacked,
        in.getInt(at + 16) & 0xffff_ffffL,
        method,
        in.getShort(at + 8) & 0xffff);
  }

  /** The 64-bit values among an entry's extra fields, or nothing. */
  private static ByteBuffer extra64(ByteBuffer in, int bytes) {
    ByteBuffer all = in.slice(in.position(), bytes).order(in.order());
    while (all.remaining() >= 4) {
      int id = all.getShort() & 0xffff;
      int length = Math.min(all.getShort() & 0xffff, all.remaining());
      if (id == EXTRA_64) {
        return all.slice(all.position(), length).order(in.order());
      }
      all.position(all.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  private static long wide(long value, ByteBuffer extra, String name) throws FormatException {
    if (value != IN_EXTRA) {
      return value;
    }
    if (extra.remaining() < Long.BYTES) {
      throw new FormatException("entry %s lacks its 64-bit values".formatted(Text.printable(name)));
    }
    return extra.getLong();
  }

  private static String text(ByteBuffer in, int bytes) {
    byte[] text = new byte[bytes];
    in.get(text);
    return new String(text, UTF_8);
  }

  private void add(Entry entry) throws FormatException {
    if (entries.put(entry.name, entry) != null) {
      throw new FormatException("entry %s occurs twice".formatted(Text.printable(entry.name)));
    }
  }
}
