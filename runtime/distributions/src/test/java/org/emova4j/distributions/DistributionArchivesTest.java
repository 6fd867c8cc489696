package org.emova4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionArchivesTest {
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path scratch;
  private Path folder;
  private final Map<String, byte[]> files = new TreeMap<>();

  @BeforeEach
  void makeFolder() throws IOException {
    folder = scratch.resolve("emova");
    byte[] large = new byte[3_000_001];
    new Random(1).nextBytes(large);
    file("bin/emova", "#!/bin/sh\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    file("lib/empty.jar", new byte[0]);
    file("lib/block.bin", new byte[512]);
    file("natives/lib.so", large);
    Files.createLink(folder.resolve("natives/same.so"), folder.resolve("natives/lib.so"));
    files.put("natives/same.so", large);
    Files.createDirectories(folder.resolve("cache"));
    Files.write(folder.resolve("cache/classes.jsa"), new byte[10]);
    assertThat(folder.resolve("bin/emova").toFile().setExecutable(true)).isTrue();
  }

  private void file(String name, byte[] content) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.write(folder.resolve(name), content);
    files.put(name, content);
  }

  private Path pack(String name) throws IOException {
    Path archive = scratch.resolve(name);
    try (DistributionArchives archives = new DistributionArchives(TIME)) {
      if (name.endsWith(".zip")) {
        archives.zip(folder, "top-1", archive);
      } else {
        archives.tarGz(folder, "top-1", archive);
      }
    }
    return archive;
  }

  @Test
  void tarHoldsTheFolderWithModes() throws IOException {
    Map<String, byte[]> found = new TreeMap<>();
    try (var tar =
        new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(pack("a.tar.gz"))))) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        assertThat(e.getName()).startsWith("top-1/");
        assertThat(e.getMode() & 0777)
            .as(e.getName())
            .isEqualTo(e.isDirectory() || e.getName().equals("top-1/bin/emova") ? 0755 : 0644);
        if (!e.isDirectory()) {
          found.put(e.getName().substring("top-1/".length()), tar.readAllBytes());
        }
      }
    }
    assertThat(found).containsExactlyEntriesOf(files);
  }

  @Test
  void zipHoldsTheFolderWithModes() throws IOException {
    Map<String, byte[]> found = new TreeMap<>();
    try (ZipFile zip = ZipFile.builder().setPath(pack("a.zip")).get()) {
      for (ZipArchiveEntry e : java.util.Collections.list(zip.getEntries())) {
        assertThat(e.getUnixMode() & 0777)
            .as(e.getName())
            .isEqualTo(e.isDirectory() || e.getName().equals("top-1/bin/emova") ? 0755 : 0644);
        if (!e.isDirectory()) {
          found.put(e.getName().substring("top-1/".length()), zip.getInputStream(e).readAllBytes());
        }
      }
    }
    assertThat(found).containsExactlyEntriesOf(files);
  }

  @Test
  void theSameFolderGivesTheSameBytes() throws IOException {
    for (String kind : new String[] {".tar.gz", ".zip"}) {
      assertThat(pack("first" + kind)).hasSameBinaryContentAs(pack("second" + kind));
    }
  }

  @Test
  void refusesNamesThatOldReadersCutOff() throws IOException {
    file("x".repeat(95), new byte[1]);

    assertThatThrownBy(() -> pack("a.tar.gz")).hasMessageContaining("longer than 100 bytes");
  }
}
