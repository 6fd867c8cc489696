package org.emova4j.models.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.health.Problem;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.speech.ModelUnavailableException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderRepositoryTest {
  private static final Limits LIMITS = new Limits(1000, 10 << 20, 200);

  @TempDir private Path root;
  private final FakeFramework framework = new FakeFramework();
  private Path folder;
  private Path archive;

  @BeforeEach
  void prepare() throws IOException {
    folder = root.resolve("models");
    archive = Archive.model().gzip(root.resolve("lite.tar.gz"));
  }

  private FolderRepository open() {
    return new FolderRepository(
        framework.context, folder, Optional.empty(), LIMITS, Signatures.NONE);
  }

  @Test
  void installsVerifiesListsAndRemoves() throws Exception {
    FolderRepository repository = open();
    assertThat(repository.list()).isEmpty();

    ModelArchive model = repository.install(archive);

    assertThat(model.manifest().name()).isEqualTo("lite:1.0.0");
    assertThat(model.manifest().quality()).containsExactly(Map.entry("wer", 0.25));
    assertThat(model.manifest().components().get(0).codebook()).contains("lite-40ms-4096");
    assertThat(model.file("tokenizer.safetensors"))
        .isEqualTo(folder.resolve("lite@1.0.0/tokenizer.safetensors"))
        .hasContent("weights");
    assertThat(model.file("docs/card.md")).hasContent("A card.");
    assertThatThrownBy(() -> model.file("other"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("model lite:1.0.0 has no file other");
    assertThat(repository.list()).containsExactly(model);
    assertThat(repository.verify("lite")).isEmpty();
    assertThat(repository.verify("lite:1.0.0")).isEmpty();

    repository.remove("lite");

    assertThat(repository.list()).isEmpty();
    assertThat(framework.services).isEmpty();
    assertThat(visible(folder)).isEmpty();
    assertThatThrownBy(() -> repository.verify("lite"))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessage("no model lite is installed");
  }

  @Test
  void anInstalledModelIsAServiceWhileTheRepositoryIsActive() throws Exception {
    FolderRepository repository = open();
    ModelArchive model = repository.install(archive);
    var properties = framework.services.get(model);
    assertThat(properties.get(ServiceProperties.ID)).isEqualTo("lite");
    assertThat(properties.get(ServiceProperties.MODEL)).isEqualTo("lite:1.0.0");
    assertThat(properties.get(ServiceProperties.ROLE)).isEqualTo(new String[] {"tokenizer"});
    assertThat(properties.get(ServiceProperties.ARCHITECTURE)).isEqualTo(new String[] {"lite"});
    assertThat(properties.get(ServiceProperties.LANGUAGES)).isEqualTo(new String[] {"en"});
    repository.deactivate();
    assertThat(framework.services).isEmpty();

    FolderRepository again = open();
    assertThat(again.list()).containsExactly(model);
    assertThat(framework.services).containsOnlyKeys(model);
  }

  @Test
  void trustIsAskedForOutlivesRestartsAndGoesWithTheModel() throws Exception {
    FolderRepository repository = open();
    assertThat(repository.install(archive).trusted()).isFalse();

    ModelArchive trusted = repository.installTrusted(archive);
    assertThat(trusted.trusted()).isTrue();
    assertThat(repository.list()).containsExactly(trusted);
    assertThat(framework.services).containsOnlyKeys(trusted);
    assertThat(repository.install(archive).trusted()).isTrue();
    repository.deactivate();

    FolderRepository again = open();
    assertThat(again.list().get(0).trusted()).isTrue();
    again.remove("lite");
    assertThat(again.install(archive).trusted()).isFalse();
  }

  @Test
  void trustIsInOneContentAndNoArchiveBringsIt() throws Exception {
    FolderRepository repository = open();
    repository.installTrusted(archive);
    repository.deactivate();
    Path manifest = folder.resolve("lite@1.0.0/model.json");
    Files.writeString(manifest, Files.readString(manifest).replace("For tests.", "Changed."));
    assertThat(open().list().get(0).trusted()).isFalse();

    Path hostile =
        new Archive().file(".trusted/lite@1.0.0", "x").gzip(root.resolve("hostile.tar.gz"));
    assertThatThrownBy(() -> open().install(hostile))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining(".trusted");
  }

  @Test
  void settingsOfAComponentAreKeptAsTheyAre() throws Exception {
    String json =
        new String(Archive.manifest("a", "1", Archive.files("weights")), UTF_8)
            .replace("\"sampleRate\":16000", "\"sampleRate\":16000,\"settings\":{\"hop\":160}");
    Archive other = new Archive().file("model.json", json.getBytes(UTF_8));
    Archive.files("weights").forEach(other::file);
    ModelArchive model = open().install(other.gzip(root.resolve("a.tar.gz")));
    assertThat(model.manifest().components().get(0).settings()).isEqualTo("{\"hop\":160}");
  }

  @Test
  void takesZstandardToo() throws Exception {
    Path zstd = Archive.model().zstd(root.resolve("lite.tar.zst"));
    assertThat(open().install(zstd).file("docs/card.md")).hasContent("A card.");
  }

  @Test
  void takesAModelInsideOneTopFolderAndFolderEntries() throws Exception {
    Path nested =
        new Archive()
            .special("./", (byte) '5', "")
            .special("./lite/", (byte) '5', "")
            .file("./lite/model.json", Archive.manifest("lite", "1.0.0", Archive.files("weights")))
            .file("./lite/tokenizer.safetensors", "weights")
            .file("./lite/docs/card.md", "A card.")
            .gzip(root.resolve("nested.tgz"));
    ModelArchive model = open().install(nested);
    assertThat(model.file("docs/card.md")).hasContent("A card.");
    assertThat(visible(folder)).containsExactly("lite@1.0.0");
    assertThat(visible(folder.resolve("lite@1.0.0")))
        .containsExactly("docs", "model.json", "tokenizer.safetensors");
  }

  @Test
  void installingTheSameAgainReturnsIt() throws Exception {
    FolderRepository repository = open();
    ModelArchive first = repository.install(archive);
    assertThat(repository.install(archive)).isSameAs(first);
    assertThat(visible(folder)).containsExactly("lite@1.0.0");
  }

  @Test
  void refusesTheSameVersionWithOtherContent() throws Exception {
    FolderRepository repository = open();
    ModelArchive first = repository.install(archive);
    Path other =
        Archive.model("", "lite", "1.0.0", Archive.files("changed"))
            .gzip(root.resolve("other.tar.gz"));
    assertThatThrownBy(() -> repository.install(other))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContainingAll("other.tar.gz", "lite:1.0.0", "already installed");
    assertThat(first.file("tokenizer.safetensors")).hasContent("weights");
  }

  @Test
  void listsByIdNewestFirstAndFindsTheNewest() throws Exception {
    FolderRepository repository = open();
    for (String version : List.of("1.9.0", "1.10.0", "1.10.0-beta")) {
      repository.install(model("lite", version));
    }
    repository.install(model("alpha", "0.1"));
    assertThat(repository.list())
        .extracting(m -> m.manifest().name())
        .containsExactly("alpha:0.1", "lite:1.10.0", "lite:1.10.0-beta", "lite:1.9.0");
    repository.remove("lite");
    assertThat(repository.list())
        .extracting(m -> m.manifest().name())
        .containsExactly("alpha:0.1", "lite:1.10.0-beta", "lite:1.9.0");
  }

  @Test
  void aBadFolderIsPassedOverAndTheRestAppears() throws Exception {
    FolderRepository repository = open();
    repository.install(archive);
    repository.install(model("cut", "1"));
    repository.install(model("gone", "1"));
    repository.deactivate();
    Files.writeString(folder.resolve("cut@1/tokenizer.safetensors"), "weight");
    Files.delete(folder.resolve("gone@1/docs/card.md"));
    Files.createDirectories(folder.resolve("broken"));
    Files.writeString(folder.resolve("broken/model.json"), "{\"id\":");
    Files.createDirectories(folder.resolve("empty"));
    assertThat(open().list()).extracting(m -> m.manifest().name()).containsExactly("lite:1.0.0");
  }

  @Test
  void verifyTellsWhatDiffers() throws Exception {
    FolderRepository repository = open();
    ModelArchive model = repository.install(archive);
    Files.writeString(model.file("tokenizer.safetensors"), "WEIGHTS");
    Files.writeString(model.file("docs/card.md"), "Longer than it was.");
    assertThat(repository.verify("lite"))
        .containsExactly(
            "tokenizer.safetensors has another sha256 than model.json says",
            "docs/card.md has 19 bytes, model.json says 7");
    Files.delete(model.file("docs/card.md"));
    assertThat(repository.verify("lite")).contains("docs/card.md is missing");
  }

  @Test
  void aFolderThatWasRemovedByHandIsToldAndCanBeRemovedAndInstalledAgain() throws Exception {
    FolderRepository repository = open();
    repository.install(archive);
    delete(folder.resolve("lite@1.0.0"));
    assertThat(repository.verify("lite")).hasSize(3).allMatch(p -> p.contains("is missing"));
    ModelArchive again = repository.install(archive);
    assertThat(again.file("docs/card.md")).exists();
    assertThat(framework.services).hasSize(1);
    delete(folder.resolve("lite@1.0.0"));
    repository.remove("lite");
    assertThat(repository.list()).isEmpty();
    assertThat(framework.services).isEmpty();
  }

  @Test
  void aDamagedFolderIsReplaced() throws Exception {
    FolderRepository first = open();
    first.install(archive);
    first.deactivate();
    Files.delete(folder.resolve("lite@1.0.0/docs/card.md"));
    FolderRepository repository = open();
    assertThat(repository.list()).isEmpty();
    assertThat(framework.problems)
        .singleElement()
        .satisfies(p -> assertThat(p.subject()).isEqualTo("models"))
        .satisfies(p -> assertThat(p.text()).contains("lite@1.0.0/docs/card.md is missing"));
    assertThat(repository.install(archive).file("docs/card.md")).exists();
    assertThat(framework.problems).isEmpty();
    assertThat(visible(folder)).containsExactly("lite@1.0.0");
  }

  @Test
  void theDistributionIsListedAndNeverChanged() throws Exception {
    FolderRepository maker = open();
    maker.install(archive);
    maker.deactivate();
    Path distribution = root.resolve("distribution");
    Files.move(folder, distribution);

    FolderRepository repository =
        new FolderRepository(
            framework.context, folder, Optional.of(distribution), LIMITS, Signatures.NONE);
    ModelArchive model = repository.list().get(0);
    assertThat(model.file("docs/card.md")).startsWith(distribution);
    assertThatThrownBy(() -> repository.remove("lite"))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("part of the distribution");
    Path other =
        Archive.model("", "lite", "1.0.0", Archive.files("changed"))
            .gzip(root.resolve("other.tar.gz"));
    assertThatThrownBy(() -> repository.install(other))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("already installed with other content");
    assertThat(visible(folder)).isEmpty();
    assertThat(repository.install(archive)).isSameAs(model);
    assertThat(visible(folder)).isEmpty();
    assertThat(repository.verify("lite")).isEmpty();
  }

  private static FolderRepository.Config config(Path folder, int ratio) {
    FolderRepository.Config config = mock(FolderRepository.Config.class);
    when(config.folder()).thenReturn(folder.toString());
    when(config.distribution()).thenReturn("");
    when(config.max_gigabytes()).thenReturn(1);
    when(config.max_ratio()).thenReturn(ratio);
    return config;
  }

  @Test
  void anotherConfigurationTouchesOnlyWhatItConcerns() throws Exception {
    FolderRepository repository = open();
    ModelArchive stays = repository.install(archive);
    repository.install(model("other", "1.0.0"));
    Path next = root.resolve("next");
    Files.createDirectories(next);

    repository.modified(config(folder, 7));
    assertThat(repository.list()).hasSize(2).contains(stays);
    assertThat(framework.services.keySet()).anyMatch(s -> s == stays);

    Files.move(folder.resolve("other@1.0.0"), next.resolve("other@1.0.0"));
    repository.modified(config(next, 7));
    assertThat(repository.list())
        .singleElement()
        .satisfies(m -> assertThat(m.file("tokenizer.safetensors")).startsWith(next));
    assertThat(framework.services).hasSize(1);

    repository.modified(config(folder, 0));
    assertThat(repository.list()).hasSize(1);
    assertThat(framework.problems)
        .extracting(Problem::text)
        .containsExactly("org.emova4j.models: max.ratio is 0, must be from 1 to 10000");
    repository.modified(config(folder, 1));
    assertThat(repository.list()).containsExactly(stays);
    assertThat(framework.services).hasSize(1);
    assertThat(framework.problems).isEmpty();
  }

  @Test
  void leftOversOfACrashAreClearedAwayAtTheNextStart() throws Exception {
    Files.createDirectories(folder.resolve(ModelFolder.STAGING_PREFIX + "1/docs"));
    Files.writeString(folder.resolve(ModelFolder.STAGING_PREFIX + "1/model.json"), "{");
    Files.createDirectories(folder.resolve(ModelFolder.REMOVING_PREFIX + "2/model"));
    Files.writeString(folder.resolve(ModelFolder.REMOVING_PREFIX + "2/model/a"), "a");
    FolderRepository repository = open();
    assertThat(repository.list()).isEmpty();
    assertThat(all(folder)).containsExactly(ModelFolder.LOCK_NAME);
  }

  @Test
  void aRunningInstallationIsNoLeftOver() throws Exception {
    Files.createDirectories(folder);
    Path staging = Files.createDirectory(folder.resolve(ModelFolder.STAGING_PREFIX + "1"));
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      new ModelFolder(folder, LIMITS, Signatures.NONE)
          .locked(
              () -> {
                try {
                  return other.submit(() -> open().list()).get();
                } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
                  throw new IOException(e);
                }
              });
    } finally {
      other.shutdownNow();
    }
    assertThat(staging).exists();
  }

  /** Another process at work: takes the lock of a folder, says so, and waits for a line. */
  static final class OtherProcess {
    private OtherProcess() {}

    public static void main(String[] args) throws Exception {
      new ModelFolder(Path.of(args[0]), LIMITS, Signatures.NONE)
          .locked(
              () -> {
                System.out.println("locked");
                return System.in.read();
              });
    }
  }

  @Test
  void anInstallationOfAnotherProcessIsNoLeftOver() throws Exception {
    Files.createDirectories(folder);
    Path staging = Files.createDirectory(folder.resolve(ModelFolder.STAGING_PREFIX + "1"));
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                OtherProcess.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var in = other.inputReader(UTF_8);
        var out = other.outputWriter(UTF_8)) {
      assertThat(in.readLine()).isEqualTo("locked");
      open();
      assertThat(staging).exists();
      out.write('\n');
      out.flush();
      assertThat(other.waitFor()).isZero();
    } finally {
      other.destroyForcibly();
    }
    open();
    assertThat(staging).doesNotExist();
  }

  @Test
  void concurrentInstallationsOfOneModelAllSucceed() throws Exception {
    FolderRepository one = open();
    FolderRepository two =
        new FolderRepository(
            new FakeFramework().context, folder, Optional.empty(), LIMITS, Signatures.NONE);
    ExecutorService pool = Executors.newFixedThreadPool(6);
    try {
      List<Callable<ModelArchive>> tasks = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        FolderRepository repository = i % 2 == 0 ? one : two;
        tasks.add(() -> repository.install(archive));
      }
      for (Future<ModelArchive> task : pool.invokeAll(tasks)) {
        assertThat(task.get().file("docs/card.md")).exists();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(all(folder)).containsExactlyInAnyOrder(ModelFolder.LOCK_NAME, "lite@1.0.0");
    assertThat(framework.services).hasSize(1);
  }

  private Path model(String id, String version) throws IOException {
    return Archive.model("", id, version, Archive.files("weights"))
        .gzip(root.resolve(id + version + ".tar.gz"));
  }

  private static List<String> visible(Path folder) throws IOException {
    return all(folder).stream().filter(n -> !n.equals(ModelFolder.LOCK_NAME)).toList();
  }

  private static List<String> all(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private static void delete(Path model) throws IOException {
    for (String name : List.of("docs/card.md", "docs", "tokenizer.safetensors", "model.json", "")) {
      Files.delete(model.resolve(name));
    }
  }

  @Test
  void namesAFileThatIsNoArchive() throws Exception {
    Path text = Files.writeString(root.resolve("a.txt"), "not an archive", UTF_8);
    assertThatThrownBy(() -> open().install(text))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContainingAll("a.txt", "neither");
    assertThatThrownBy(() -> open().install(root.resolve("none.tar.gz")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none.tar.gz");
  }

  @Test
  void idsAndVersionsWithDashesNeverShareAFolder() throws Exception {
    FolderRepository repository = open();
    repository.install(
        Archive.model("", "a-1", "2", Archive.files("x")).gzip(root.resolve("one.tar.gz")));
    repository.install(
        Archive.model("", "a", "1-2", Archive.files("y")).gzip(root.resolve("two.tar.gz")));

    assertThat(visible(folder)).containsExactlyInAnyOrder("a-1@2", "a@1-2");
    assertThat(open().list()).hasSize(2);
  }

  @Test
  void modelsInFoldersOfOldNamesAreFoundAndRemoved() throws Exception {
    open().install(archive);
    Files.move(folder.resolve("lite@1.0.0"), folder.resolve("lite-1.0.0"));

    FolderRepository repository = open();
    assertThat(repository.list()).hasSize(1);
    assertThat(repository.install(archive).file("docs/card.md")).hasContent("A card.");
    assertThat(visible(folder)).containsExactly("lite-1.0.0");
    repository.remove("lite:1.0.0");
    assertThat(visible(folder)).isEmpty();
  }
}
