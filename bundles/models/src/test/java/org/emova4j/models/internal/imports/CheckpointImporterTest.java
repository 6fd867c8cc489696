package org.emova4j.models.internal.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.emova4j.api.model.ModelImporter.Imported;
import org.emova4j.api.model.ModelImporter.Request;
import org.emova4j.api.model.ModelManifest.Component;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.models.internal.checkpoint.Tensors;
import org.emova4j.models.internal.checkpoint.TorchZip;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointImporterTest {
  private static final Path GOLDEN =
      Path.of(System.getProperty("emova.shared", "../../../shared"), "golden");

  @TempDir private Path root;
  private final CheckpointImporter importer = new CheckpointImporter();
  private Path release;
  private Path out;

  @BeforeEach
  void prepare() throws IOException {
    release = Files.createDirectory(root.resolve("release"));
    out = Files.createDirectory(root.resolve("out"));
  }

  private static Request request(Path... sources) {
    return new Request(
        List.of(sources),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private Request withPrefix(String prefix) {
    return new Request(
        List.of(release),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(prefix));
  }

  private static Path resource(String name) throws Exception {
    return Path.of(CheckpointImporterTest.class.getResource("/checkpoints/" + name).toURI());
  }

  private static Path golden(String name) {
    Path file = GOLDEN.resolve(name);
    assumeThat(file).as("the golden fixtures, see -Demova.shared").exists();
    return file;
  }

  /** Unpacks an archive; returns the folder. */
  private Path unpack(Path archive) throws IOException {
    Path folder = Files.createTempDirectory(root, "unpacked");
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new GzipCompressorInputStream(file))) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        Files.copy(tar, folder.resolve(e.getName()));
      }
    }
    return folder;
  }

  private Map<String, String> weights(Imported imported) throws Exception {
    return Tensors.all(unpack(imported.archive()).resolve("weights.safetensors"));
  }

  /** What is imported of a network is what the original has under these names. */
  private static void assertSame(Map<String, String> imported, Path original) throws Exception {
    Map<String, String> expected = new LinkedHashMap<>();
    Tensors.all(original).forEach((name, text) -> expected.put(TensorSet.official(name), text));
    assertThat(imported).isNotEmpty();
    imported.forEach((name, text) -> assertThat(text).as(name).isEqualTo(expected.get(name)));
  }

  @Test
  void importsATokenizerThatLightningSaved() throws Exception {
    Files.copy(resource("s2u-tiny_b.ckpt"), release.resolve("last.ckpt"));
    Files.copy(golden("s2u/tiny_b/config.json"), release.resolve("hparams.json"));

    Imported imported = importer.importModels(request(release), out).get(0);

    assertThat(imported.archive()).isEqualTo(out.resolve("emova-s2u-1.0.0.tar.gz"));
    assertThat(imported.manifest().name()).isEqualTo("emova-s2u:1.0.0");
    assertThat(imported.manifest().components())
        .containsExactly(
            new Component(
                "tokenizer",
                "spiral-fsq",
                Optional.of("emova-40ms-1680"),
                Optional.empty(),
                16_000,
                Map.of("weights", "weights.safetensors", "config", "config.json")));
    Map<String, String> weights = weights(imported);
    assertThat(weights).hasSize(108).containsKey("decoder.decoder_layers.0.bias");
    assertSame(weights, golden("s2u/tiny_b/weights.safetensors"));
    assertThat(imported.notes())
        .contains(
            "left out 2 tensors of constants of the quantizer",
            "left out 1 tensors of the masks of its training",
            "left out 6 tensors under \"optimizer_states\"",
            "left out 1 tensors under \"callbacks\"")
        .noneMatch(n -> n.contains("unknown"));
  }

  @Test
  void importsAVocoderThatPyTorchSaved() throws Exception {
    Files.copy(resource("u2s-tiny_b.pth"), release.resolve("G_322000.pth"));
    Files.copy(golden("u2s/tiny_b/config.json"), release.resolve("config.json"));

    Imported imported = importer.importModels(request(release), out).get(0);

    assertThat(imported.manifest().name()).isEqualTo("emova-u2s:1.0.0");
    assertThat(imported.manifest().components())
        .containsExactly(
            new Component(
                "vocoder",
                "uvits",
                Optional.of("emova-40ms-24"),
                Optional.of("emova-8"),
                8_000,
                Map.of("weights", "weights.safetensors", "config", "config.json")));
    Map<String, String> weights = weights(imported);
    assertThat(weights).hasSize(437).containsKey("enc_r.fc.fc.bias");
    assertSame(weights, golden("u2s/tiny_b/model.safetensors"));
    assertThat(imported.notes())
        .containsExactly(
            "left out 6 tensors under \"optimizer\"",
            "no style centroids were found, so it comes without a style module");
  }

  @Test
  void namesWhatOnlyServesTraining() throws Exception {
    Imported imported =
        importer
            .importModels(
                request(golden("u2s/tiny_a/model.safetensors"), golden("u2s/tiny_a/config.json")),
                out)
            .get(0);

    assertSame(weights(imported), golden("u2s/tiny_a/model.safetensors"));
    assertThat(imported.notes())
        .anyMatch(n -> n.contains("of the posterior encoder, which only trains it"))
        .anyMatch(n -> n.contains("of half of the durations, which only trains it"))
        .anyMatch(n -> n.contains("of the speakers that it was trained on"))
        .noneMatch(n -> n.contains("unknown"));
  }

  @Test
  void theOfficialLayoutsAreAsLargeAsTheOfficialModels() throws Exception {
    Layout s2u = new SpiralFsq().layout(Configurations.official(new SpiralFsq()));
    assertThat(length(s2u.needed())).isEqualTo(90_620_292);
    assertThat(length(s2u.groups().get(1).tensors())).isEqualTo(4_068_081);

    Layout u2s = new Uvits().layout(Configurations.official(new Uvits()));
    long embedding = 4274 * 192;
    assertThat(u2s.needed()).hasSize(584);
    assertThat(length(u2s.needed().subList(1, 584)) + embedding).isEqualTo(30_873_563);
    assertThat(u2s.groups().get(0).tensors()).hasSize(18);
    assertThat(length(u2s.groups().get(0).tensors())).isEqualTo(1_071_424);
  }

  private static long length(List<Layout.Tensor> tensors) {
    return tensors.stream().mapToLong(Layout.Tensor::length).sum();
  }

  // A tokenizer so small that a test can write it: one convolution and pre_quant.
  private static final String SMALL =
      """
      {"encoder": {
         "preprocessor": {"sample_rate": 16000, "window_size": 0.02, "features": 3, "n_fft": null},
         "feature_encoder": {"feat_in": 3, "conv_transformer_blocks": [
           {"conv_layers": [{"filters": 2, "kernel_size": [1]}], "transformer_block": null}]}},
       "quantizer": {"levels": [4, 4]}}
      """;

  private static Map<String, Object> small() {
    String block = "encoder.feature_encoder.block_modules.0";
    Map<String, Object> tensors = new LinkedHashMap<>();
    tensors.put(block + ".conv.conv.weight", floats(new long[] {2, 3, 1}, 1, 2, 3, 4, 5, 6));
    tensors.put(block + ".conv.conv.bias", floats(new long[] {2}, 1, 2));
    tensors.put(block + ".norm.weight", floats(new long[] {2}, 1, 1));
    tensors.put(block + ".norm.bias", floats(new long[] {2}, 0, 0));
    tensors.put("pre_quant.weight", floats(new long[] {2, 2}, 1, 0, 0, 1));
    tensors.put("pre_quant.bias", floats(new long[] {2}, 0, 0));
    return tensors;
  }

  private static TorchZip.Tensor floats(long[] shape, float... values) {
    return TorchZip.Tensor.floats(shape, values);
  }

  private static Map<String, Object> prefixed(String prefix, Map<String, Object> tensors) {
    Map<String, Object> result = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> result.put(prefix + name, tensor));
    return result;
  }

  private void release(Object root) throws IOException {
    Files.writeString(release.resolve("hparams.json"), SMALL);
    TorchZip.write(release.resolve("model.ckpt"), root);
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> importer.importModels(request(release), out))
        .isInstanceOf(ModelUnavailableException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    assertThat(out).isEmptyDirectory();
  }

  @Test
  void anyPrefixIsFoundByTheNamesBehindIt() throws Exception {
    for (String prefix : new String[] {"", "module.", "s2u.tokenizer.", "model.module.net."}) {
      release(Map.of("state_dict", prefixed(prefix, small())));
      Imported imported = importer.importModels(request(release), out).get(0);
      assertThat(weights(imported)).hasSize(6).containsEntry("pre_quant.bias", "[2]: 0.0 0.0");
    }
  }

  @Test
  void twoCopiesOfANetworkAreToldApartByThePrefixOnly() throws Exception {
    Map<String, Object> average = small();
    average.put("pre_quant.bias", floats(new long[] {2}, 7, 8));
    release(Map.of("model", small(), "ema", prefixed("module.", average)));
    assertRefused("2 times", "\"ema.module.\", \"model.\"");

    Imported imported = importer.importModels(withPrefix("ema.module."), out).get(0);
    assertThat(weights(imported)).containsEntry("pre_quant.bias", "[2]: 7.0 8.0");
    assertThat(imported.notes()).contains("left out 6 tensors under \"model\"");

    assertThatThrownBy(() -> importer.importModels(withPrefix("other."), out))
        .hasMessageContaining("no network has the prefix \"other.\"");
  }

  @Test
  void halfPrecisionStaysHalf() throws Exception {
    for (String type : List.of("HalfStorage", "BFloat16Storage")) {
      byte[] two = new byte[4]; // zeros in either type
      Map<String, Object> tensors = small();
      tensors.put("pre_quant.bias", new TorchZip.Tensor(type, new long[] {2}, two));
      release(tensors);
      Imported imported = importer.importModels(request(release), out).get(0);
      assertThat(weights(imported).get("pre_quant.bias")).startsWith("[2]: 0");
    }
  }

  @Test
  void doublesBecomeFloats() throws Exception {
    byte[] doubles =
        ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putDouble(0.5).putDouble(-3).array();
    Map<String, Object> tensors = small();
    tensors.put("pre_quant.bias", new TorchZip.Tensor("DoubleStorage", new long[] {2}, doubles));
    release(tensors);
    Imported imported = importer.importModels(request(release), out).get(0);
    assertThat(weights(imported)).containsEntry("pre_quant.bias", "[2]: 0.5 -3.0");
  }

  @Test
  void whatIsWrongWithATensorIsReportedByItsName() throws Exception {
    Map<String, Object> tensors = small();
    tensors.remove("pre_quant.weight");
    release(tensors);
    assertRefused("1 of 6 tensors are missing", "pre_quant.weight");

    tensors.put("pre_quant.weight", floats(new long[] {2, 1}, 1, 0));
    release(tensors);
    assertRefused("tensor pre_quant.weight", "[2, 1]", "expected [2, 2]");

    tensors.put("pre_quant.weight", floats(new long[] {2, 2}, 1, 0, Float.NaN, 1));
    release(tensors);
    assertRefused("tensor pre_quant.weight holds NaN or infinity at element 2");

    tensors.put(
        "pre_quant.weight", new TorchZip.Tensor("IntStorage", new long[] {2, 2}, new byte[16]));
    release(tensors);
    assertRefused("tensor pre_quant.weight is of type I32");
  }

  @Test
  void tensorsThatNobodyKnowsAreListed() throws Exception {
    Map<String, Object> tensors = small();
    tensors.put("extra.head", floats(new long[] {1}, 1));
    release(tensors);
    assertThat(importer.importModels(request(release), out).get(0).notes())
        .contains("left out 1 unknown tensors: extra.head");
  }

  @Test
  void gitLfsPointersAreNamed() throws Exception {
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n";
    Files.writeString(release.resolve("G.pth"), pointer);
    Files.writeString(
        release.resolve("gender-male_emotion-sad_speed-slow_pitch-low_centroid.npy"), pointer);
    assertRefused("G.pth", "pitch-low_centroid.npy", "Git-LFS pointers", "git lfs pull");
  }

  @Test
  void readsShardsThatAnIndexLists() throws Exception {
    Files.writeString(release.resolve("hparams.json"), SMALL);
    Map<String, Object> all = prefixed("s2u.", small());
    Map<String, Object> first = new LinkedHashMap<>();
    Map<String, Object> second = new LinkedHashMap<>();
    StringBuilder map = new StringBuilder();
    for (String name : all.keySet()) {
      boolean one = first.size() < 3;
      (one ? first : second).put(name, all.get(name));
      map.append(map.isEmpty() ? "" : ",")
          .append("\"%s\":\"%s\"".formatted(name, one ? "a.safetensors" : "b.safetensors"));
    }
    safetensors(release.resolve("a.safetensors"), first);
    safetensors(release.resolve("b.safetensors"), second);
    Files.writeString(
        release.resolve("model.safetensors.index.json"), "{\"weight_map\":{" + map + "}}");

    Imported imported = importer.importModels(request(release), out).get(0);
    assertThat(weights(imported)).hasSize(6);

    Files.delete(release.resolve("b.safetensors"));
    Files.delete(imported.archive());
    assertRefused("b.safetensors is missing", "index.json lists it");
  }

  private static void safetensors(Path file, Map<String, Object> tensors) throws Exception {
    List<SafetensorsWriter.Tensor> list = new ArrayList<>();
    tensors.forEach(
        (name, value) -> {
          TorchZip.Tensor tensor = (TorchZip.Tensor) value;
          list.add(
              new SafetensorsWriter.Tensor(
                  name,
                  org.emova4j.models.internal.checkpoint.ElementType.F32,
                  tensor.shape(),
                  sink -> sink.accept(ByteBuffer.wrap(tensor.bytes()))));
        });
    SafetensorsWriter.write(file, list);
  }

  @Test
  void readsYamlAndRefusesItsTags() throws Exception {
    release(small());
    Files.delete(release.resolve("hparams.json"));
    Files.writeString(release.resolve("hparams.yaml"), "cfg:\n  " + SMALL.replace("\n", "\n  "));
    assertThat(importer.importModels(request(release), out)).hasSize(1);

    Files.delete(out.resolve("emova-s2u-1.0.0.tar.gz"));
    Files.writeString(release.resolve("hparams.yaml"), "a: !!python/object:os.system [ls]\n");
    assertRefused("hparams.yaml is not plain YAML");
  }

  @Test
  void withoutAConfigurationTheOfficialOneIsTaken() throws Exception {
    release(small());
    Files.delete(release.resolve("hparams.json"));
    assertRefused("has the shape [2, 3, 1], expected [384, 128, 5]");
  }

  @Test
  void twoFilesOfOneArchitectureAreAmbiguous() throws Exception {
    release(small());
    TorchZip.write(release.resolve("older.ckpt"), small());
    assertRefused("model.ckpt", "older.ckpt", "all hold a network of architecture spiral-fsq");
  }

  @Test
  void whatIsNoModelSaysWhatItIs() throws Exception {
    TorchZip.write(release.resolve("D_1.pth"), Map.of("disc.0.weight", floats(new long[] {1}, 1)));
    assertRefused("no checkpoint of architecture spiral-fsq, uvits", "disc.0.weight");
  }

  @Test
  void centroidsMustBeComplete() throws Exception {
    new RandomRelease(new Uvits(), 1).writeCentroids(release, 4);
    Imported styles = importer.importModels(request(release), out).get(0);
    assertThat(styles.manifest().name()).isEqualTo("emova-styles:1.0.0");
    assertThat(styles.manifest().components())
        .containsExactly(
            new Component(
                "style",
                "centroids",
                Optional.empty(),
                Optional.of("emova-4"),
                22_050,
                Map.of("centroids", "centroids.safetensors")));
    assertThat(Tensors.all(unpack(styles.archive()).resolve("centroids.safetensors"))).hasSize(126);

    Files.delete(styles.archive());
    Path one;
    try (Stream<Path> files = Files.list(release)) {
      one =
          files
              .filter(f -> f.toString().contains("male_emotion-sad_speed-slow_pitch-low"))
              .findFirst()
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(one);
    Files.delete(one);
    assertRefused("1 styles are missing", "_emotion-sad_speed-slow_pitch-low");

    bytes[bytes.length - 1] = 0x7f; // the exponent's upper bits
    bytes[bytes.length - 2] = (byte) 0x80;
    Files.write(one, bytes);
    assertRefused(one.getFileName().toString(), "NaN or infinite");
  }

  @Test
  void aVocoderAndItsStylesAreOneModel() throws Exception {
    Files.copy(resource("u2s-tiny_b.pth"), release.resolve("G.pth"));
    Files.copy(golden("u2s/tiny_b/config.json"), release.resolve("config.json"));
    new RandomRelease(new Uvits(), 1).writeCentroids(release, 8);

    List<Imported> imported = importer.importModels(request(release), out);

    assertThat(imported).hasSize(1);
    assertThat(imported.get(0).manifest().component("style").orElseThrow())
        .isEqualTo(
            new Component(
                "style",
                "centroids",
                Optional.empty(),
                Optional.of("emova-8"),
                8_000,
                Map.of(
                    "centroids", "centroids.safetensors",
                    "weights", "weights.safetensors",
                    "config", "config.json")));
    assertThat(out.toFile().list()).containsExactly("emova-u2s-1.0.0.tar.gz");
  }
}
