package org.emova4j.models.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.security.ModelSignature;
import org.emova4j.security.testing.Keys;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code emova.security.signed=true}. */
class SignedModelsTest {
  @TempDir static Path keyFolder;
  private static Keys keys;
  private static Signatures signatures;

  @TempDir Path folder;

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = new Keys(keyFolder);
    keys.make("maker", "EC");
    keys.make("stranger", "EC");
    signatures =
        Signatures.of(
            Map.of(
                    "emova.security.signed",
                    "true",
                    "emova.security.truststore",
                    keys.trustStore("maker").toString())
                ::get);
  }

  private FolderRepository open() {
    return open(signatures);
  }

  private FolderRepository open(Signatures required) {
    return new FolderRepository(
        new FakeFramework().context,
        folder.resolve("models"),
        Optional.empty(),
        Limits.of(1, 1000),
        required);
  }

  /** The archive of {@link Archive#model()}, signed. */
  private Path signedBy(String name) throws Exception {
    Path unsigned = Archive.model().gzip(folder.resolve("unsigned.tar.gz"));
    Path model = open(Signatures.NONE).install(unsigned).file("tokenizer.safetensors").getParent();
    keys.signModel(model, name);
    byte[] signature = Files.readAllBytes(model.resolve(ModelSignature.FILE_NAME));
    open(Signatures.NONE).remove("lite:1.0.0");
    return Archive.model()
        .file(ModelSignature.FILE_NAME, signature)
        .gzip(folder.resolve(name + ".tar.gz"));
  }

  private void refused(Path archive, String why) {
    assertThatThrownBy(() -> open().install(archive))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageStartingWith(archive.toString())
        .hasMessageContaining(why)
        .hasMessageEndingWith("(emova.security.signed=true)");
    assertThat(open().list()).isEmpty();
  }

  @Test
  void aSignedArchiveIsInstalled() throws Exception {
    open().install(signedBy("maker"));

    assertThat(open().list()).hasSize(1);
    assertThat(open(Signatures.NONE).verify("lite")).isEmpty();
  }

  @Test
  void unsignedArchivesAndThoseOfOthersAreRefused() throws Exception {
    refused(Archive.model().gzip(folder.resolve("a.tar.gz")), "it is not signed");
    refused(signedBy("stranger"), "it is signed by CN=stranger, who is not trusted");
  }

  @Test
  void anInstalledModelThatWasChangedIsPassedOver() throws Exception {
    Path weights = open().install(signedBy("maker")).file("tokenizer.safetensors");
    Files.writeString(weights, "weighty"); // as long as it was

    assertThat(open().list()).isEmpty();
    assertThat(open(Signatures.NONE).list()).hasSize(1);
  }

  @Test
  void withoutATrustStoreThereAreNoModels() {
    assertThatThrownBy(() -> Signatures.of(Map.of("emova.security.signed", "true")::get))
        .hasMessageContaining("emova.security.truststore names no key store");
  }
}
