package org.emova4j.models.internal.imports;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.model.ModelManifest.Component;
import org.emova4j.api.model.ModelManifest.FileEntry;

/** Packs the files of a model, with their {@code model.json}, into a {@code .tar.gz}. */
final class ArchiveWriter {
  private ArchiveWriter() {}

  /** What is in a file. */
  static FileEntry entry(String name, Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return new FileEntry(name, Files.size(file), HexFormat.of().formatHex(digest.digest()));
  }

  /**
   * @param folder where the manifest's files lie
   * @param archive is replaced if it is there
   */
  static void write(ModelManifest manifest, Path folder, Path archive) throws IOException {
    // Weights hardly get smaller, whatever the effort.
    GzipParameters parameters = new GzipParameters();
    parameters.setCompressionLevel(Deflater.BEST_SPEED);
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(archive), 1 << 16);
        OutputStream packed = new GzipCompressorOutputStream(file, parameters);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(packed, "UTF-8")) {
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      byte[] json = json(manifest);
      TarArchiveEntry first = new TarArchiveEntry("model.json");
      first.setSize(json.length);
      tar.putArchiveEntry(first);
      tar.write(json);
      tar.closeArchiveEntry();
      for (FileEntry file1 : manifest.files()) {
        TarArchiveEntry entry = new TarArchiveEntry(file1.name());
        entry.setSize(file1.size());
        tar.putArchiveEntry(entry);
        Files.copy(folder.resolve(file1.name()), tar);
        tar.closeArchiveEntry();
      }
    }
  }

  private static byte[] json(ModelManifest manifest) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("id", manifest.id());
    root.put("version", manifest.version());
    root.put("description", manifest.description());
    root.put("licence", manifest.licence());
    manifest.languages().forEach(root.putArray("languages")::add);
    ArrayNode sources = root.putArray("dataSources");
    manifest
        .dataSources()
        .forEach(s -> sources.addObject().put("name", s.name()).put("licence", s.licence()));
    ObjectNode quality = root.putObject("quality");
    new TreeMap<>(manifest.quality()).forEach(quality::put);
    ArrayNode components = root.putArray("components");
    for (Component component : manifest.components()) {
      ObjectNode node = components.addObject();
      node.put("role", component.role());
      node.put("architecture", component.architecture());
      component.codebook().ifPresent(c -> node.put("codebook", c));
      component.styleSpace().ifPresent(s -> node.put("styleSpace", s));
      node.put("sampleRate", component.sampleRate());
      ObjectNode files = node.putObject("files");
      new TreeMap<>(component.files()).forEach(files::put);
      node.set("settings", mapper.readTree(component.settings()));
    }
    ArrayNode files = root.putArray("files");
    for (FileEntry file : manifest.files()) {
      files
          .addObject()
          .put("name", file.name())
          .put("size", file.size())
          .put("sha256", file.sha256());
    }
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
  }

  /** Entries of files in a folder, in the order of their names. */
  static List<FileEntry> entries(Path folder, List<String> names) throws IOException {
    List<FileEntry> entries = new ArrayList<>();
    for (String name : names) {
      entries.add(entry(name, folder.resolve(name)));
    }
    return entries;
  }
}
