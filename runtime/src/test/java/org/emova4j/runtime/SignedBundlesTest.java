package org.emova4j.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.emova4j.security.SignedBundles;
import org.emova4j.security.testing.Keys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.launch.Framework;

/** With {@code emova.security.signed=true}, in a real framework. */
class SignedBundlesTest {
  @TempDir static Path keyFolder;
  private static Keys keys;
  private static Path trust;

  @TempDir Path home;
  private Distribution distribution;

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = new Keys(keyFolder);
    keys.make("maker", "EC");
    trust = keys.trustStore("maker");
  }

  @BeforeEach
  void emptyDistribution() throws IOException {
    distribution = new Distribution(home);
    for (String folder : List.of("lib", "slices", "conf", "bundles")) {
      Files.createDirectories(home.resolve(folder));
    }
    Files.writeString(distribution.lib().resolve("system.packages"), "org.emova4j.none");
    Files.writeString(
        distribution.conf().resolve("emova.json"),
        "{\"org.emova4j.security\": {\"signed\": true, \"truststore\": \"%s\"}}".formatted(trust));
  }

  @AfterEach
  void clearProperty() {
    System.clearProperty("emova.security.signed");
  }

  private Path bundle(String name, String content) throws IOException {
    Path jar = home.resolve("bundles").resolve(name + ".jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
    manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
    manifest.getMainAttributes().putValue("Bundle-SymbolicName", name);
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest)) {
      entries.putNextEntry(new JarEntry("content.txt"));
      entries.write(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    return jar;
  }

  private Services open(Path... jars) throws IOException {
    Files.write(
        home.resolve("slices/audio.txt"),
        java.util.Arrays.stream(jars).map(Path::toString).toList());
    return OsgiServices.open(distribution, Slice.AUDIO, Settings.DEFAULT, true);
  }

  @Test
  void theLauncherStartsWhatIsSigned() throws Exception {
    Path good = bundle("good", "one");
    keys.signJar(good, "maker");

    try (Services services = open(good)) {
      assertThat(services.bundles()).hasSize(1).allMatch(Services.BundleFacts::isUp);
    }
  }

  @Test
  void theLauncherRefusesASliceWithAnUnsignedBundle() throws Exception {
    Path good = bundle("good", "one");
    keys.signJar(good, "maker");
    Path bad = bundle("bad", "two");

    assertThatThrownBy(() -> open(good, bad))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("bundle bad from file:")
        .hasMessageContaining("is not started: it is not signed")
        .hasMessageEndingWith("(emova.security.signed=true)");

    System.setProperty("emova.security.signed", "false"); // who starts the process decides
    open(good, bad).close();
  }

  @Test
  void aMissingTrustStoreIsAnError() throws Exception {
    Files.writeString(
        distribution.conf().resolve("emova.json"),
        "{\"org.emova4j.security\": {\"signed\": true}}");

    assertThatThrownBy(() -> open()).hasMessageContaining("names no key store");
  }

  @Test
  void bundlesThatComeLaterStartOnlyIfTheyAreSigned() throws Exception {
    Path storage = home.resolve("framework");
    Framework framework =
        new org.apache.felix.framework.FrameworkFactory()
            .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString()));
    framework.init();
    framework
        .getBundleContext()
        .registerService(
            ResolverHookFactory.class, new SignedBundles(storage, keys.trusting("maker")), null);
    framework.start();
    try {
      Path jar = bundle("dropped", "one");
      Bundle unsigned = framework.getBundleContext().installBundle(jar.toUri().toString());
      assertThatThrownBy(unsigned::start).isInstanceOf(BundleException.class);
      assertThat(unsigned.getState()).isEqualTo(Bundle.INSTALLED);

      keys.signJar(jar, "maker");
      update(unsigned, jar);
      unsigned.start();
      assertThat(unsigned.getState()).isEqualTo(Bundle.ACTIVE);

      unsigned.stop();
      update(unsigned, bundle("dropped", "tampered"));
      assertThatThrownBy(unsigned::start).isInstanceOf(BundleException.class);
      assertThat(unsigned.getState()).isEqualTo(Bundle.INSTALLED);
    } finally {
      framework.stop();
      framework.waitForStop(10_000);
    }
  }

  private static void update(Bundle bundle, Path jar) throws Exception {
    Thread.sleep(5); // its time of change must differ, which counts milliseconds
    try (InputStream content = Files.newInputStream(jar)) {
      bundle.update(content);
    }
  }
}
