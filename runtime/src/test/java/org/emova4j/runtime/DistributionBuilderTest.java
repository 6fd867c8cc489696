package org.emova4j.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionBuilderTest {
  private static final String BEGAN = "2026-01-02T03:04:05.678Z";

  @TempDir Path folder;

  private Path home;
  private Path slices;
  private Path natives;
  private Path model;

  @BeforeEach
  void parts() throws IOException {
    home = folder.resolve("emova");
    slices = Files.createDirectories(folder.resolve("slices"));
    natives = Files.createDirectories(folder.resolve("natives"));
    model = Files.createDirectories(folder.resolve("lite"));
    jar("lib/api.jar", "org.emova4j.api", "org.emova4j.api.audio;version=\"0.1.0\"");
    jar("lib/core.jar", "com.example.core", "com.example.core");
    jar("bundles/a.jar", "com.example.a;singleton:=true", "com.example.a");
    jar("bundles/unwanted.jar", "com.example.unwanted", "com.example.unwanted");
    Files.writeString(
        slices.resolve("tokenizer.bndrun"),
        """
        -runrequires: x
        -runbundles: \\
        \tcom.example.core;version='[1.0.0,1.0.1)',\\
        \tcom.example.a;version='[1.0.0,1.0.1)'
        """);
    Files.writeString(natives.resolve("libtorch.so"), "native");
    Files.writeString(model.resolve("model.json"), "{\"id\": \"lite\", \"version\": \"2.1.0\"}");
    Files.writeString(model.resolve("vocoder.safetensors"), "weights");
  }

  private void jar(String file, String name, String exports) throws IOException {
    Path target = home.resolve(file);
    Files.createDirectories(target.getParent());
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Bundle-SymbolicName", name);
    attributes.putValue("Bundle-Version", "1.0.0");
    attributes.putValue("Export-Package", exports);
    attributes.putValue("Bundle-License", "Apache-2.0");
    try (OutputStream stream = Files.newOutputStream(target);
        JarOutputStream jar = new JarOutputStream(stream, manifest)) {
      jar.finish();
    }
  }

  private void build() throws IOException {
    DistributionBuilder.main(
        new String[] {
          home.toString(), slices.toString(), natives.toString(), model.toString(), BEGAN
        });
  }

  @Test
  void listsTheJarsOfEachSliceInOrderAndDropsTheRest() throws IOException {
    build();

    assertThat(new Distribution(home).jars(Slice.TOKENIZER))
        .containsExactly(home.resolve("lib/core.jar"), home.resolve("bundles/a.jar"));
    assertThat(home.resolve("bundles/unwanted.jar")).doesNotExist();
  }

  @Test
  void offersThePackagesOfTheApiToBundlesAndNoOthers() throws IOException {
    build();

    assertThat(new Distribution(home).systemPackages())
        .isEqualTo("org.emova4j.api.audio;version=\"0.1.0\"");
  }

  @Test
  void bringsInNativesAndTheModelAlsoWhenRepeated() throws IOException {
    build();
    Files.writeString(model.resolve("vocoder.safetensors"), "better weights");
    build();

    assertThat(home.resolve("natives/libtorch.so")).hasContent("native");
    assertThat(home.resolve("models/lite-2.1.0/vocoder.safetensors")).hasContent("better weights");
    assertThat(home.resolve("THIRD-PARTY.txt"))
        .content()
        .contains("com.example.a 1.0.0: Apache-2.0")
        .doesNotContain("org.emova4j.api");
    assertThat(Files.getLastModifiedTime(home.resolve(".built")).toInstant())
        .isEqualTo(Instant.parse(BEGAN));
  }

  @Test
  void leavesNoOtherVersionOfTheModelBeside() throws IOException {
    build();
    Files.writeString(model.resolve("model.json"), "{\"version\": \"3.0.0\"}");
    build();

    assertThat(home.resolve("models")).isDirectoryContaining("glob:**/lite-3.0.0");
    assertThat(home.resolve("models/lite-2.1.0")).doesNotExist();
  }

  @Test
  void namesABundleThatNoJarIs() throws IOException {
    Files.writeString(
        slices.resolve("all.bndrun"), "-runbundles: com.example.gone;version='[1,2)'\n");

    assertThatThrownBy(this::build)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("all.bndrun wants com.example.gone");
  }
}
