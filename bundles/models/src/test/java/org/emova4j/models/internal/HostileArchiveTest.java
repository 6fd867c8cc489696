package org.emova4j.models.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.emova4j.api.speech.ModelUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is in an archive: it is refused by name, and nothing remains of it. */
class HostileArchiveTest {
  private static final long MAX_BYTES = 4 << 20;

  @TempDir private Path root;
  private final FakeFramework framework = new FakeFramework();
  private FolderRepository repository;
  private Path folder;

  @BeforeEach
  void open() {
    folder = root.resolve("in/models");
    repository =
        new FolderRepository(
            framework.context,
            folder,
            Optional.empty(),
            new Limits(50, MAX_BYTES, 20),
            Signatures.NONE);
  }

  @AfterEach
  void nothingRemains() throws IOException {
    assertThat(repository.list()).isEmpty();
    assertThat(framework.services).isEmpty();
    try (Stream<Path> files = Files.walk(root)) {
      assertThat(files.filter(Files::isRegularFile))
          .extracting(f -> f.getFileName().toString())
          .isSubsetOf("a.tar.gz", "a.tar.zst", ModelFolder.LOCK_NAME);
    }
    if (Files.exists(folder)) {
      try (Stream<Path> list = Files.list(folder)) {
        assertThat(list).containsExactly(folder.resolve(ModelFolder.LOCK_NAME));
      }
    }
  }

  private void refuses(Archive archive, String... reasons) throws IOException {
    refuses(archive.gzip(root.resolve("a.tar.gz")), reasons);
  }

  private void refuses(Path archive, String... reasons) {
    assertThatThrownBy(() -> repository.install(archive))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining(archive.getFileName().toString())
        .satisfies(e -> assertThat(reasons).allMatch(e.getMessage()::contains));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "a/../../evil",
        "/tmp/evil",
        "a/./b",
        "a//b",
        "..",
        "a\\..\\evil",
        "C:evil",
        "file:stream",
        ".hidden",
        "a/.hidden",
        "nul",
        "aux.txt",
        "name.",
        "with space",
        "with\nnewline",
        "\u00e4",
        "-rf",
      })
  void refusesNamesThatAreNotPlainRelativePaths(String name) throws IOException {
    refuses(Archive.model().file(name, "evil"), "entry", "its name must be", "letters");
  }

  @Test
  void refusesALongName() throws IOException {
    refuses(Archive.model().file("a/".repeat(3) + "b".repeat(400), "x"), "406 characters");
    refuses(Archive.model().file("a/b/c/d/e/f/g/h/i", "x"), "deeper than 8 folders");
  }

  @Test
  void refusesLinksDevicesAndPipes() throws IOException {
    refuses(
        Archive.model().special("link", TarConstants.LF_SYMLINK, "/etc/passwd"),
        "entry link",
        "neither a plain file nor a folder");
    refuses(Archive.model().special("hard", TarConstants.LF_LINK, "/etc/passwd"), "entry hard");
    refuses(Archive.model().special("char", TarConstants.LF_CHR, ""), "entry char");
    refuses(Archive.model().special("block", TarConstants.LF_BLK, ""), "entry block");
    refuses(Archive.model().special("pipe", TarConstants.LF_FIFO, ""), "entry pipe");
  }

  @Test
  void refusesToWriteThroughALink() throws IOException {
    refuses(
        Archive.model()
            .special("docs2", TarConstants.LF_SYMLINK, root.toString())
            .file("docs2/evil", "evil"),
        "entry docs2");
  }

  @Test
  void refusesDuplicatesAndNamesThatDifferInCase() throws IOException {
    refuses(Archive.model().file("docs/card.md", "A card."), "docs/card.md", "occurs twice");
    refuses(Archive.model().file("model.json", "{}"), "model.json", "occurs twice");
    refuses(Archive.model().file("Docs/card2.md", "x"), "only in case");
    refuses(Archive.model().file("docs", "a file where a folder is"), "docs", "occurs twice");
    refuses(Archive.model().file("docs/card.md/below", "x"), "docs/card.md", "occurs twice");
  }

  @Test
  void refusesABombByItsRatio() throws IOException {
    refuses(Archive.model().file("zeros", new byte[3 << 20]), "more than 20 times its size");
  }

  @Test
  void refusesABombByItsSize() throws IOException {
    byte[] noise = new byte[3 << 20];
    new Random(1).nextBytes(noise);
    refuses(
        Archive.model().file("one", noise).file("two", noise),
        "entry two",
        "more than " + MAX_BYTES + " bytes");
    // A sparse or forged header may claim any size.
    refuses(Archive.model().file("big", new byte[5 << 20]), "entry big", "more than");
  }

  @ParameterizedTest
  @ValueSource(bytes = {TarConstants.LF_PAX_EXTENDED_HEADER_LC, TarConstants.LF_GNUTYPE_LONGNAME})
  void refusesAHeaderBomb(byte linkFlag) throws IOException {
    byte[] random = new byte[1 << 20];
    Random r = new Random(1);
    for (int i = 0; i < random.length; i++) {
      random[i] = (byte) ('a' + r.nextInt(26));
    }
    byte[] header =
        (random.length + 14 + " path=" + new String(random, UTF_8) + "\n").getBytes(UTF_8);
    refuses(
        Archive.model().entry("header", linkFlag, header).file("a", "x"),
        "tar header is longer than 65536");
  }

  @Test
  void refusesTooManyEntries() throws IOException {
    Archive archive = Archive.model();
    for (int i = 0; i < 60; i++) {
      archive.file("f" + i, "x");
    }
    refuses(archive, "more than 50 entries");
    Archive folders = Archive.model();
    for (int i = 0; i < 60; i++) {
      folders.special("d" + i + "/", TarConstants.LF_DIR, "");
    }
    refuses(folders, "more than 50 entries");
  }

  @Test
  void refusesWhatDiffersFromTheManifest() throws IOException {
    Map<String, byte[]> files = Archive.files("weights");
    refuses(
        Archive.model().without("tokenizer.safetensors").file("tokenizer.safetensors", "WEIGHTS"),
        "tokenizer.safetensors has the sha256",
        Archive.sha256(files.get("tokenizer.safetensors")));
    refuses(
        Archive.model().without("tokenizer.safetensors").file("tokenizer.safetensors", "short"),
        "tokenizer.safetensors has 5 bytes, model.json says 7");
    refuses(Archive.model().without("docs/card.md"), "docs/card.md is missing");
    refuses(Archive.model().file("extra.txt", "x"), "extra.txt is not listed");
  }

  @Test
  void refusesAnArchiveWithoutAManifestOrWithFilesBesideItsFolder() throws IOException {
    refuses(new Archive(), "no model.json");
    refuses(Archive.model().without("model.json"), "no model.json");
    refuses(Archive.model("a/b/", "lite", "1.0.0", Archive.files("weights")), "no model.json");
    refuses(
        Archive.model("top/", "lite", "1.0.0", Archive.files("weights")).file("beside", "x"),
        "beside lies beside the folder top/");
  }

  @Test
  void refusesAManifestThatListsHostileNames() throws IOException {
    for (String name : List.of("../evil", "/etc/passwd", "model.json", "TOKENIZER.safetensors")) {
      Map<String, byte[]> files = new LinkedHashMap<>(Archive.files("weights"));
      files.put(name, "x".getBytes(UTF_8));
      refuses(
          Archive.model()
              .without("model.json")
              .file("model.json", Archive.manifest("lite", "1.0.0", files)),
          "files[2].name");
    }
  }

  @Test
  void refusesAHugeManifest() throws IOException {
    byte[] noise = new byte[Limits.MANIFEST_BYTES + 1];
    new Random(1).nextBytes(noise);
    refuses(new Archive().file("model.json", noise), "model.json is longer than");
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] noise = new byte[2000];
    new Random(1).nextBytes(noise);
    byte[] whole =
        Files.readAllBytes(Archive.model().file("noise", noise).gzip(root.resolve("a.tar.gz")));
    for (int length = 0; length < whole.length; length += 1 + length / 40) {
      refuses(Files.write(root.resolve("a.tar.gz"), Arrays.copyOf(whole, length)));
    }
    refuses(Files.write(root.resolve("a.tar.gz"), Arrays.copyOf(whole, whole.length - 1)));
    byte[] zstd = Files.readAllBytes(Archive.model().zstd(root.resolve("a.tar.zst")));
    refuses(Files.write(root.resolve("a.tar.zst"), Arrays.copyOf(zstd, zstd.length - 5)));
  }

  @Test
  void refusesGarbage() throws IOException {
    Random random = new Random(7);
    byte[] whole = Files.readAllBytes(Archive.model().gzip(root.resolve("a.tar.gz")));
    for (int i = 0; i < 300; i++) {
      byte[] garbage = new byte[random.nextInt(4000)];
      random.nextBytes(garbage);
      System.arraycopy(whole, 0, garbage, 0, Math.min(10, garbage.length));
      refuses(Files.write(root.resolve("a.tar.gz"), garbage));
    }
    // One wrong bit in the compressed data is caught by the checksum at its end, unless it changes
    // nothing: the padding of the last byte, or which of many zeros a run of zeros repeats.
    byte[] content = gunzip(whole).orElseThrow();
    int harmful = 0;
    for (int i = 10; i < whole.length; i += 3) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 0x10;
      if (gunzip(flipped).filter(c -> Arrays.equals(c, content)).isEmpty()) {
        refuses(Files.write(root.resolve("a.tar.gz"), flipped));
        harmful++;
      }
    }
    assertThat(harmful).isGreaterThan(100);
  }

  /** By the JDK's own reader, which checks the sum. */
  private static Optional<byte[]> gunzip(byte[] data) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(data))) {
      return Optional.of(in.readAllBytes());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
