package org.emova4j.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.emova4j.security.testing.Keys;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignaturesTest {
  @TempDir static Path keyFolder;
  private static Keys keys;
  private static TrustStore trust;

  @TempDir Path folder;
  private Path jar;
  private Path model;

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = new Keys(keyFolder);
    keys.make("maker", "EC");
    keys.make("stranger", "RSA");
    keys.make("server", "EC", "-ext", "eku=serverAuth");
    keys.make("expired", "EC", "-startdate", "-400d");
    keys.make("authority", "EC", "-ext", "bc:c");
    keys.make("member", "RSA");
    keys.certify("authority", "member");
    trust = keys.trusting("maker");
  }

  @BeforeEach
  void makeJarAndModel() throws Exception {
    jar = folder.resolve("part.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
    manifest.getMainAttributes().putValue("Bundle-SymbolicName", "part");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest)) {
      for (String name : new String[] {"a/A.class", "META-INF/services/b"}) {
        entries.putNextEntry(new JarEntry(name));
        entries.write(name.getBytes(UTF_8));
      }
    }
    model = Files.createDirectory(folder.resolve("model"));
    Files.writeString(model.resolve("model.json"), "{\"id\": \"part\"}");
  }

  private interface Change {
    void to(Path root) throws IOException;
  }

  private void change(Change change) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of())) {
      change.to(zip.getPath("/"));
    }
  }

  private void jarRefused(String why) {
    assertThatThrownBy(() -> SignedJar.verify(jar, trust))
        .isInstanceOf(UntrustedException.class)
        .hasMessageContaining(why);
  }

  private void modelRefused(String why) {
    assertThatThrownBy(() -> ModelSignature.verify(model, trust))
        .isInstanceOf(UntrustedException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aSignedJarIsGood() throws Exception {
    keys.signJar(jar, "maker");

    SignedJar.verify(jar, trust);
  }

  @Test
  void aJarWithoutSignatureIsRefused() {
    jarRefused("it is not signed: ");
  }

  @Test
  void aChangedJarIsRefused() throws Exception {
    keys.signJar(jar, "maker");
    change(root -> Files.writeString(root.resolve("a/A.class"), "a/B.class"));

    jarRefused("it was changed after it was signed: a/A.class");
  }

  @Test
  void aJarWithMoreOrLessThanWasSignedIsRefused() throws Exception {
    keys.signJar(jar, "maker");
    change(root -> Files.writeString(root.resolve("META-INF/services/c"), "more"));
    jarRefused("it is not signed: META-INF/services/c has no signature");

    change(
        root -> {
          Files.delete(root.resolve("META-INF/services/c"));
          Files.delete(root.resolve("a/A.class"));
        });
    jarRefused("it was changed after it was signed: a/A.class is gone");
  }

  @Test
  void aChangedManifestIsRefused() throws Exception {
    keys.signJar(jar, "maker");
    change(
        root -> {
          Path manifest = root.resolve("META-INF/MANIFEST.MF");
          Files.writeString(
              manifest,
              Files.readString(manifest)
                  .replace("Bundle-SymbolicName: part", "Bundle-SymbolicName: port"));
        });

    assertThatThrownBy(() -> SignedJar.verify(jar, trust)).isInstanceOf(UntrustedException.class);
  }

  @Test
  void otherSignersAreRefusedByName() throws Exception {
    keys.signJar(jar, "stranger");
    jarRefused("it is signed by CN=stranger, who is not trusted by");

    keys.signModel(model, "stranger");
    modelRefused("it is signed by CN=stranger, who is not trusted by");
  }

  @Test
  void certificatesThatAreNotForCodeOrHaveExpiredAreRefused() throws Exception {
    keys.signModel(model, "server");
    assertThatThrownBy(() -> ModelSignature.verify(model, keys.trusting("server")))
        .hasMessageContaining("not for signing code");

    keys.signModel(model, "expired");
    assertThatThrownBy(() -> ModelSignature.verify(model, keys.trusting("expired")))
        .hasMessageContaining("NotAfter");
  }

  @Test
  void anAuthorityVouchesForItsMembers() throws Exception {
    TrustStore authority = keys.trusting("authority");
    keys.signJar(jar, "member");
    keys.signModel(model, "member");

    SignedJar.verify(jar, authority);
    ModelSignature.verify(model, authority);
    modelRefused("it is signed by CN=member");
  }

  @Test
  void aSignedModelIsGoodUntilItIsChanged() throws Exception {
    modelRefused("it is not signed: it has no model.json.sig");
    keys.signModel(model, "maker");
    ModelSignature.verify(model, trust);

    Files.writeString(model.resolve("model.json"), "{\"id\": \"port\"}");
    modelRefused("it was changed after it was signed: model.json");
    Files.writeString(model.resolve("model.json.sig"), "nothing");
    modelRefused("holds no certificate or no signature");
  }

  @Test
  void propertiesDecide() throws Exception {
    assertThat(TrustStore.of(name -> null)).isEmpty();
    assertThat(TrustStore.of(Map.of("emova.security.signed", "false")::get)).isEmpty();
    assertThatThrownBy(() -> TrustStore.of(Map.of("emova.security.signed", "yes")::get))
        .hasMessage("emova.security.signed is \"yes\", must be true or false");
    assertThatThrownBy(() -> TrustStore.of(Map.of("emova.security.signed", "true")::get))
        .hasMessageContaining("emova.security.truststore names no key store");
    assertThat(
            TrustStore.of(
                Map.of(
                        "emova.security.signed",
                        "true",
                        "emova.security.truststore",
                        keyFolder.resolve("trust-maker.p12").toString())
                    ::get))
        .isPresent();
  }
}
