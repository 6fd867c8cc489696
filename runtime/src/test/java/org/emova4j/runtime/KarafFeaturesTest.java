package org.emova4j.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KarafFeaturesTest {
  @TempDir Path home;
  private Distribution distribution;

  @BeforeEach
  void distribution() throws IOException {
    distribution = new Distribution(home);
    Files.createDirectories(home.resolve("slices"));
    jar(
        "lib/org.emova4j.api-1.2.0-SNAPSHOT.jar",
        "org.emova4j",
        "org.emova4j.api",
        "1.2.0-SNAPSHOT");
    jar(
        "bundles/org.apache.felix.scr-2.2.18.jar",
        "org.apache.felix",
        "org.apache.felix.scr",
        "2.2.18");
    jar(
        "bundles/org.emova4j.wav-1.2.0-SNAPSHOT.jar",
        "org.emova4j",
        "org.emova4j.wav",
        "1.2.0-SNAPSHOT");
    jar("bundles/jna-5.17.0.jar", "", "", "");
    for (String slice : List.of("tokenizer", "synthesis", "converter", "dialogue")) {
      slice(slice, "bundles/org.apache.felix.scr-2.2.18.jar", "bundles/jna-5.17.0.jar");
    }
    slice("tokenizer", "bundles/org.emova4j.wav-1.2.0-SNAPSHOT.jar");
  }

  private void slice(String name, String... jars) throws IOException {
    Files.write(home.resolve("slices").resolve(name + ".txt"), List.of(jars));
  }

  private void jar(String name, String group, String artifact, String version) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out)) {
      // What a bundle embeds has such a file, too.
      put(jar, "embedded", "com.example", "embedded", "1");
      if (!group.isEmpty()) {
        put(jar, artifact, group, artifact, version);
      }
    }
  }

  private static void put(
      JarOutputStream jar, String folder, String group, String artifact, String version)
      throws IOException {
    jar.putNextEntry(new JarEntry("META-INF/maven/%s/pom.properties".formatted(folder)));
    jar.write(
        "groupId=%s\nartifactId=%s\nversion=%s\n"
            .formatted(group, artifact, version)
            .getBytes(StandardCharsets.ISO_8859_1));
    jar.closeEntry();
  }

  @Test
  void aFeatureHasItsSlicesBundlesButThoseOfKaraf() throws Exception {
    List<String> lines = KarafFeatures.features(distribution);
    int tokenizer =
        lines.indexOf("  <feature name=\"emova4j-tokenizer\" version=\"1.2.0.SNAPSHOT\">");
    int end = lines.indexOf("  </feature>");
    assertThat(lines.subList(tokenizer + 1, end))
        .containsExactly(
            "    <feature>scr</feature>",
            "    <bundle dependency=\"true\">mvn:org.osgi/org.osgi.service.condition/1.0.0</bundle>",
            "    <bundle>mvn:org.emova4j/org.emova4j.api/1.2.0-SNAPSHOT</bundle>",
            "    <bundle>mvn:org.emova4j/org.emova4j.wav/1.2.0-SNAPSHOT</bundle>");
    assertThat(lines).filteredOn(l -> l.contains("mvn:net.java.dev.jna/jna/5.17.0")).hasSize(3);
  }

  @Test
  void aJarThatDoesNotTellWhereItIsFromIsAnError() throws Exception {
    jar("bundles/other-1.0.jar", "", "", "");
    slice("dialogue", "bundles/other-1.0.jar");
    assertThatThrownBy(() -> KarafFeatures.features(distribution))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("other-1.0.jar doesn't tell its Maven coordinates");
  }
}
