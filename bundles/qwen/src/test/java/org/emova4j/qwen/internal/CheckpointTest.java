package org.emova4j.qwen.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  @TempDir Path folder;

  private static ObjectNode config() {
    return TinyModel.cases().get("config").deepCopy();
  }

  @Test
  void readsTheBaseOfPositionsWhereverItStands() throws Exception {
    assertThat(QwenConfig.of(config()).theta()).isEqualTo(1e6);
    ObjectNode old = config();
    old.remove("rope_parameters");
    old.put("rope_theta", 5000);
    assertThat(QwenConfig.of(old).theta()).isEqualTo(5000);
  }

  @Test
  void readsALanguageModelInsideALargerOne() throws Exception {
    ObjectNode outer = config().objectNode();
    outer.put("model_type", "emova").set("text_config", config());
    assertThat(QwenConfig.of(outer)).isEqualTo(QwenConfig.of(config()));
  }

  @ParameterizedTest
  @CsvSource({
    "hidden_size, 0, hidden_size is 0",
    "num_hidden_layers, 5000, num_hidden_layers is 5000",
    "num_key_value_heads, 3, which does not divide num_attention_heads 4",
    "head_dim, 7, the size of a head is 7",
    "vocab_size, -1, vocab_size is -1",
    "rms_norm_eps, 0, rms_norm_eps is 0"
  })
  void refusesSizesThatAreNone(String field, int value, String message) {
    ObjectNode config = config().put(field, value);
    assertThatThrownBy(() -> QwenConfig.of(config))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesOtherArchitectures() {
    assertThatThrownBy(() -> QwenConfig.of(config().put("model_type", "llama")))
        .hasMessageContaining("model_type is llama");
    ObjectNode yarn = config();
    yarn.putObject("rope_scaling").put("type", "yarn");
    assertThatThrownBy(() -> QwenConfig.of(yarn)).hasMessageContaining("yarn");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret.safetensors", "/etc/passwd", "a/b.safetensors", "x.bin", ""})
  void refusesAnIndexThatLeadsElsewhere(String name) throws Exception {
    Path model = TinyModel.write(folder.resolve("model"), true, false, "F16");
    Files.writeString(
        model.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"a\":\"%s\"}}".formatted(name));
    assertThatThrownBy(() -> Checkpoint.read(model))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("no plain safetensors file");
  }

  @Test
  void refusesAFolderWithoutWeights() throws Exception {
    Path model = TinyModel.write(folder.resolve("model"), true, false, "F16");
    Files.delete(model.resolve("model.safetensors"));
    Checkpoint checkpoint = Checkpoint.read(model);
    assertThatThrownBy(() -> LoadedModel.open(TestEngine.get(), checkpoint, Precision.FLOAT32))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("model.safetensors");
  }

  @Test
  void refusesWeightsOfAnotherShape() throws Exception {
    Path model = TinyModel.write(folder.resolve("model"), true, false, "F16");
    Path config = model.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config).replace("\"intermediate_size\":96", "\"intermediate_size\":97"));
    Checkpoint checkpoint = Checkpoint.read(model);
    assertThatThrownBy(() -> LoadedModel.open(TestEngine.get(), checkpoint, Precision.FLOAT32))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("mlp.gate_proj.weight has shape [96, 64], expected [97, 64]");
  }

  @Test
  void refusesTensorsThatAreInTwoFiles() throws Exception {
    Path model = TinyModel.write(folder.resolve("model"), true, false, "F16");
    Files.copy(model.resolve("model.safetensors"), model.resolve("copy.safetensors"));
    Files.writeString(
        model.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"a\":\"copy.safetensors\",\"b\":\"model.safetensors\"}}");
    Checkpoint checkpoint = Checkpoint.read(model);
    assertThatThrownBy(() -> LoadedModel.open(TestEngine.get(), checkpoint, Precision.FLOAT32))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("copy.safetensors and in");
  }
}
