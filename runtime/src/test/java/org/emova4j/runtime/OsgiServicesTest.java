package org.emova4j.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.speech.ModelUnavailableException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** A real framework over a small distribution that is laid out here. */
class OsgiServicesTest {
  @TempDir Path home;

  private Distribution distribution;

  @BeforeEach
  void smallDistribution() throws IOException {
    distribution = new Distribution(home);
    Files.createDirectories(distribution.lib());
    Files.createDirectories(home.resolve("slices"));
    Files.writeString(
        distribution.lib().resolve("system.packages"),
        "org.osgi.service.cm;version=\"1.6.1\",org.emova4j.api.audio;version=\"0.1.0\"\n");
    slice(Slice.AUDIO, "org.apache.felix.configadmin");
    slice(
        Slice.ALL,
        "org.apache.felix.configadmin",
        "org.apache.felix.scr",
        "org.osgi.service.component-",
        "org.osgi.util.promise",
        "org.osgi.util.function");
  }

  private void slice(Slice slice, String... names) throws IOException {
    List<String> jars = Arrays.stream(names).map(OsgiServicesTest::jar).toList();
    Files.write(home.resolve("slices").resolve(slice.id() + ".txt"), jars);
  }

  /** A bundle of the class path that the build gave this test. */
  private static String jar(String name) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> Path.of(entry).getFileName().toString().startsWith(name))
        .findFirst()
        .orElseThrow();
  }

  private OsgiServices open(Slice slice, Settings settings) throws IOException {
    return OsgiServices.open(distribution, slice, settings, true);
  }

  @Test
  void startsTheBundlesOfItsSliceAndNoOthers() throws Exception {
    try (Services services = open(Slice.AUDIO, Settings.DEFAULT)) {
      assertThat(services.bundles())
          .extracting(Services.BundleFacts::name, Services.BundleFacts::state)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("org.apache.felix.configadmin", "ACTIVE"));
    }
    try (Services services = open(Slice.ALL, Settings.DEFAULT)) {
      assertThat(services.bundles()).hasSize(5);
    }
  }

  @Test
  void onlyResolvesWhereThatIsWanted() throws Exception {
    try (Services services =
        OsgiServices.open(distribution, Slice.AUDIO, Settings.DEFAULT, false)) {
      assertThat(services.bundles())
          .extracting(Services.BundleFacts::state)
          .containsExactly("RESOLVED");
    }
  }

  @Test
  void tellsAFragmentFromABundleThatDidNotStart() throws Exception {
    Path part = bundle("org.example.part", "Fragment-Host", "org.apache.felix.configadmin");
    Path stuck = bundle("org.example.stuck", "Bundle-Activator", "org.example.Missing");
    Files.write(
        home.resolve("slices/audio.txt"),
        List.of(jar("org.apache.felix.configadmin"), part.toString(), stuck.toString()));

    try (Services services = open(Slice.AUDIO, Settings.DEFAULT)) {
      assertThat(services.bundles())
          .extracting(Services.BundleFacts::isUp)
          .containsExactly(true, true, false);
      assertThat(services.bundles())
          .extracting(Services.BundleFacts::fragment)
          .containsExactly(false, true, false);
    }
  }

  @Test
  void whatLiesInTheDeployFolderTakesPart() throws Exception {
    Files.createDirectories(distribution.deploy());
    for (String[] part :
        new String[][] {
          {"org.example.mine", "Bundle-Name", "mine"},
          {"org.example.demanding", "Import-Package", "org.example.missing"}
        }) {
      Path jar = bundle(part[0], part[1], part[2]);
      Files.move(jar, distribution.deploy().resolve(jar.getFileName()));
    }
    Files.writeString(distribution.deploy().resolve("broken.jar"), "no jar");
    Files.copy(
        Path.of(jar("org.apache.felix.configadmin")), distribution.deploy().resolve("update.jar"));

    try (Services services = open(Slice.AUDIO, Settings.DEFAULT)) {
      assertThat(services.bundles())
          .extracting(Services.BundleFacts::name, Services.BundleFacts::state)
          .containsExactlyInAnyOrder(
              org.assertj.core.groups.Tuple.tuple("org.apache.felix.configadmin", "ACTIVE"),
              org.assertj.core.groups.Tuple.tuple("org.example.demanding", "INSTALLED"),
              org.assertj.core.groups.Tuple.tuple("org.example.mine", "ACTIVE"));
    }
  }

  private Path bundle(String name, String header, String value) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
    manifest.getMainAttributes().putValue("Bundle-SymbolicName", name);
    manifest.getMainAttributes().putValue(header, value);
    Path file = home.resolve(name + ".jar");
    try (OutputStream stream = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(stream, manifest)) {
      jar.finish();
    }
    return file;
  }

  @Test
  void configuresBundlesFromFilesAndTheCommandLine() throws Exception {
    Files.createDirectories(distribution.conf());
    Files.writeString(
        distribution.conf().resolve("a.json"), "{\"org.example\":{\"names\":[\"x\",\"y\"]}}");

    try (Services services =
        open(Slice.AUDIO, new Settings(OptionalInt.of(7), Optional.empty(), false))) {
      ConfigurationAdmin admin = services.require(ConfigurationAdmin.class);
      Configuration engine = admin.getConfiguration("org.emova4j.engine", "?");
      assertThat(Collections.list(engine.getProperties().keys())).contains("threads");
      assertThat(engine.getProperties().get("threads")).isEqualTo(7);
      assertThat(admin.getConfiguration("org.example", "?").getProperties().get("names"))
          .isEqualTo(new String[] {"x", "y"});
    }
  }

  @Test
  void runsTwiceAtTheSameTime() throws Exception {
    try (Services one = open(Slice.AUDIO, Settings.DEFAULT);
        Services other = open(Slice.AUDIO, Settings.DEFAULT)) {
      assertThat(one.require(ConfigurationAdmin.class))
          .isNotSameAs(other.require(ConfigurationAdmin.class));
    }
  }

  @Test
  void namesAJarThatIsMissing() throws Exception {
    Files.writeString(home.resolve("slices/audio.txt"), "bundles/gone.jar\n");

    assertThatThrownBy(() -> open(Slice.AUDIO, Settings.DEFAULT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the distribution is incomplete")
        .hasMessageContaining("gone.jar");
  }

  @Test
  void saysWhichServicesThereAreInsteadOfTheMissingOne() throws Exception {
    try (OsgiServices services = open(Slice.AUDIO, Settings.DEFAULT)) {
      services.setPatience(java.time.Duration.ofMillis(1));

      assertThatThrownBy(() -> services.require(AudioReader.class))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessage("there is no audio reader" + Services.DOCTOR_HINT);
      assertThatThrownBy(
              () -> services.require(ConfigurationAdmin.class, Map.of("emova.id", "a)(b*")))
          .hasMessage("there is no configuration admin \"a)(b*\"; known: (unnamed)");
      assertThat(services.all(AudioReader.class)).isEmpty();
      assertThat(services.engine()).isEmpty();
    }
  }
}
