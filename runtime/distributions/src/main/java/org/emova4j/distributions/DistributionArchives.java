package org.emova4j.distributions;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * Packs folders as {@code .tar.gz} and {@code .zip}, with modes. The same folder gives the same
 * bytes: names are sorted, and owners and times are no part of it.
 */
final class DistributionArchives implements AutoCloseable {
  private static final int EXECUTABLE = 0755;
  private static final int READABLE = 0644;
  private static final int MAX_NAME_BYTES = 100; // of the plain tar format, which all readers know

  private final FileTime time;
  private final Path scratch;
  private final Map<Object, DeflatedFile> deflated = new HashMap<>(); // by inode: hard links

  DistributionArchives(Instant time) throws IOException {
    this.time = FileTime.from(time);
    scratch = Files.createTempDirectory("emova-archives-");
  }

  /**
   * Arguments: folder of the distributions {@code emova-SLICE}, folder of the archives, version,
   * platform, time of all entries.
   */
  public static void main(String[] arguments) throws IOException {
    Path target = Path.of(arguments[1]);
    String version = arguments[2];
    List<Path> folders;
    try (Stream<Path> all = Files.list(Path.of(arguments[0]))) {
      folders = all.sorted().toList();
    }
    Files.createDirectories(target);
    try (DistributionArchives archives = new DistributionArchives(Instant.parse(arguments[4]))) {
      for (Path folder : folders) {
        String top = "%s-%s".formatted(folder.getFileName(), version);
        Path tar = target.resolve("%s-%s.tar.gz".formatted(top, arguments[3]));
        Path zip = target.resolve("%s-%s.zip".formatted(top, arguments[3]));
        archives.tarGz(folder, top, tar);
        archives.zip(folder, top, zip);
        System.out.printf(
            "%s: %.1f MB, as .zip %.1f MB%n",
            tar.getFileName(), Files.size(tar) / 1e6, Files.size(zip) / 1e6);
      }
    }
  }

  void tarGz(Path folder, String top, Path archive) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive))) {
      GzipMembers members = new GzipMembers(out);
      ByteArrayOutputStream between = new ByteArrayOutputStream(); // padding, and the next header
      for (Path path : tree(folder)) {
        between.write(header(folder, top, path));
        if (Files.isRegularFile(path)) {
          DeflatedFile file = deflated(path);
          members.add(between.toByteArray());
          between.reset();
          members.add(file);
          between.write(new byte[Math.floorMod(-file.size(), TarConstants.DEFAULT_RCDSIZE)]);
        }
      }
      between.write(new byte[2 * TarConstants.DEFAULT_RCDSIZE]);
      members.add(between.toByteArray());
    }
  }

  private byte[] header(Path folder, String top, Path path) throws IOException {
    String name = name(folder, top, path);
    if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
      throw new IOException("%s is longer than %d bytes".formatted(name, MAX_NAME_BYTES));
    }
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setModTime(time);
    entry.setIds(0, 0);
    if (Files.isRegularFile(path)) {
      entry.setMode(mode(path));
      entry.setSize(Files.size(path));
    } else {
      entry.setMode(EXECUTABLE);
    }
    byte[] header = new byte[TarConstants.DEFAULT_RCDSIZE];
    entry.writeEntryHeader(header);
    return header;
  }

  void zip(Path folder, String top, Path archive) throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
      for (Path path : tree(folder)) {
        ZipArchiveEntry entry = new ZipArchiveEntry(name(folder, top, path));
        entry.setTime(time);
        if (Files.isRegularFile(path)) {
          DeflatedFile file = deflated(path);
          entry.setUnixMode(mode(path));
          entry.setMethod(ZipEntry.DEFLATED);
          entry.setSize(file.size());
          entry.setCompressedSize(Files.size(file.data()));
          entry.setCrc(file.crc());
          try (InputStream data = Files.newInputStream(file.data())) {
            zip.addRawArchiveEntry(entry, data);
          }
        } else {
          entry.setUnixMode(EXECUTABLE);
          zip.putArchiveEntry(entry);
          zip.closeArchiveEntry();
        }
      }
    }
  }

  /** Below the folder; folders end in a slash. */
  private static String name(Path folder, String top, Path path) {
    String below = folder.relativize(path).toString().replace('\\', '/');
    String name = below.isEmpty() ? top : top + "/" + below;
    return Files.isDirectory(path) ? name + "/" : name;
  }

  private static int mode(Path file) {
    return Files.isExecutable(file) ? EXECUTABLE : READABLE;
  }

  private DeflatedFile deflated(Path file) throws IOException {
    Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    Object known = key == null ? file.toAbsolutePath() : key;
    DeflatedFile found = deflated.get(known);
    if (found == null) {
      found = DeflatedFile.of(file, scratch);
      deflated.put(known, found);
    }
    return found;
  }

  private static List<Path> tree(Path folder) throws IOException {
    List<Path> paths;
    Path cache = folder.resolve("cache"); // made by runs, not part of what is delivered
    try (Stream<Path> tree = Files.walk(folder)) {
      paths = new ArrayList<>(tree.filter(path -> !path.startsWith(cache)).toList());
    }
    paths.sort(null);
    return paths;
  }

  @Override
  public void close() throws IOException {
    for (DeflatedFile file : deflated.values()) {
      Files.delete(file.data());
    }
    Files.delete(scratch);
  }
}
