package org.emova4j.models.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;

/** Builds model archives, good and hostile ones. */
final class Archive {
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Item(TarArchiveEntry entry, byte[] content) {}

  private final List<Item> items = new ArrayList<>();

  /** A whole model: {@code lite:1.0.0} with two files. */
  static Archive model() {
    return model("", "lite", "1.0.0", files("weights"));
  }

  static Archive model(String top, String id, String version, Map<String, byte[]> files) {
    Archive archive = new Archive().file(top + "model.json", manifest(id, version, files));
    files.forEach((name, content) -> archive.file(top + name, content));
    return archive;
  }

  static Map<String, byte[]> files(String weights) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("tokenizer.safetensors", weights.getBytes(UTF_8));
    files.put("docs/card.md", "A card.".getBytes(UTF_8));
    return files;
  }

  static byte[] manifest(String id, String version, Map<String, byte[]> files) {
    StringBuilder list = new StringBuilder();
    files.forEach(
        (name, content) ->
            list.append(list.isEmpty() ? "" : ",")
                .append(
                    "{\"name\":\"%s\",\"size\":%d,\"sha256\":\"%s\"}"
                        .formatted(name, content.length, sha256(content))));
    return """
        {"id":"%s","version":"%s","description":"For tests.","licence":"Apache-2.0",
         "languages":["en"],"dataSources":[{"name":"none","licence":"CC0-1.0"}],
         "quality":{"wer":0.25},
         "components":[{"role":"tokenizer","architecture":"lite","codebook":"lite-40ms-4096",
           "sampleRate":16000,"files":{"weights":"tokenizer.safetensors"}}],
         "files":[%s]}
        """
        .formatted(id, version, list)
        .getBytes(UTF_8);
  }

  static String sha256(byte[] content) {
    MessageDigest digest = Hashes.sha256();
    digest.update(content);
    return Hashes.hex(digest);
  }

  Archive file(String name, byte[] content) {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(content.length);
    items.add(new Item(entry, content));
    return this;
  }

  Archive file(String name, String content) {
    return file(name, content.getBytes(UTF_8));
  }

  /** An entry without content, of any type. */
  Archive special(String name, byte linkFlag, String link) {
    TarArchiveEntry entry = new TarArchiveEntry(name, linkFlag, true);
    entry.setLinkName(link);
    items.add(new Item(entry, new byte[0]));
    return this;
  }

  /** A file entry of any type. */
  Archive entry(String name, byte linkFlag, byte[] content) {
    TarArchiveEntry entry = new TarArchiveEntry(name, linkFlag, true);
    entry.setSize(content.length);
    items.add(new Item(entry, content));
    return this;
  }

  Archive without(String name) {
    items.removeIf(i -> i.entry().getName().equals(name));
    return this;
  }

  Path gzip(Path file) throws IOException {
    try (OutputStream out = new GzipCompressorOutputStream(Files.newOutputStream(file))) {
      write(out);
    }
    return file;
  }

  Path zstd(Path file) throws IOException {
    try (OutputStream out =
        ZstdCompressorOutputStream.builder().setOutputStream(Files.newOutputStream(file)).get()) {
      write(out);
    }
    return file;
  }

  private void write(OutputStream out) throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Item item : items) {
        tar.putArchiveEntry(item.entry());
        tar.write(item.content());
        tar.closeArchiveEntry();
      }
    }
  }
}
