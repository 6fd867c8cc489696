package org.emova4j.tokenizer.internal.spiral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.emova4j.api.speech.ModelUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpiralConfigReaderTest {
  @TempDir Path folder;

  @Test
  void officialSizesAreThePublishedOnes() throws Exception {
    SpiralConfig official = SpiralConfigReader.official();
    assertThat(RandomSpiral.parameters(official)).isEqualTo(94_688_373);
    assertThat(official.mel())
        .isEqualTo(
            new SpiralConfig.Mel(16_000, 320, 160, 512, 128, 0, 8000, 0.97f, Math.pow(2, -24), 16));
    assertThat(official.samplesPerUnit()).isEqualTo(640);
    assertThat(official.unitDuration()).hasMillis(40);
    assertThat(official.blocks().get(6))
        .isEqualTo(new SpiralConfig.Transformer(768, 10, 12, 3072, 128, 16));
  }

  @Test
  void sizesFollowTheFile() throws Exception {
    SpiralConfig config = SpiralConfigReader.read(Golden.resource("tiny_b/config.json"));
    assertThat(config.levels()).containsExactly(7, 5, 8, 6);
    assertThat(config.mel().window()).isEqualTo(400);
    assertThat(config.blocks().get(0)).isEqualTo(new SpiralConfig.Conv(80, 40, 5, 2, true, 1e-3));
    assertThat(config.blocks().get(6))
        .isEqualTo(new SpiralConfig.Transformer(40, 3, 5, 120, 19, 4));
    assertThat(config.phones().orElseThrow().labels()).hasSize(30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/encoder/preprocessor/normalize | \"all_features\" | only per_feature",
        "/encoder/preprocessor/features | 0 | must be from 1 to 1024",
        "/encoder/preprocessor/features | \"many\" | must be from 1 to 1024",
        "/encoder/preprocessor/n_fft | 500 | power of two",
        "/encoder/preprocessor/pad_to | 2 | no multiple of the 4 frames",
        "/encoder/feature_encoder/ln_eps | -1 | must be from",
        "/encoder/feature_encoder/feat_in | 64 | only 128",
        "/encoder/feature_encoder/conv_transformer_blocks | [] | is no list",
        "/encoder/feature_encoder/conv_transformer_blocks/0/conv_layers/0/stride | 3 | must be",
        "/encoder/feature_encoder/conv_transformer_blocks/0/conv_layers/0/kernel_size | 4 | odd",
        "/encoder/feature_encoder/conv_transformer_blocks/0/conv_layers/0/norm_type | \"bn\" | ln",
        "/encoder/feature_encoder/conv_transformer_blocks/0/conv_layers/0/filters | 1e9 | must be",
        "/encoder/feature_encoder/conv_transformer_blocks/1/transformer_block/encoder/num_attention_heads"
            + " | 5 | divide",
        "/encoder/feature_encoder/conv_transformer_blocks/1/transformer_block/encoder/layer_norm_first"
            + " | false | only true",
        "/quantizer/levels | [1000, 1000, 1000] | more than",
        "/quantizer/levels | [1] | must be from 2",
        "/decoder/vocabulary | [\"a\", 7] | no text",
      })
  void refusesByName(String pointer, String value, String message) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode root = mapper.readTree(Files.readAllBytes(Golden.resource("tiny_a/config.json")));
    int slash = pointer.lastIndexOf('/');
    String name = pointer.substring(slash + 1);
    ((ObjectNode) root.at(pointer.substring(0, slash))).set(name, mapper.readTree(value));
    Path file = folder.resolve("config.json");
    Files.write(file, mapper.writeValueAsBytes(root));
    assertThatThrownBy(() -> SpiralConfigReader.read(file))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(name)
        .hasMessageContaining(message);
  }

  @Test
  void refusesWhatIsNoConfiguration() throws Exception {
    Path file = Files.writeString(folder.resolve("config.json"), "[1, 2");
    assertThatThrownBy(() -> SpiralConfigReader.read(file))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("not valid JSON");
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> SpiralConfigReader.read(file))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("encoder is missing");
    assertThatThrownBy(() -> SpiralConfigReader.read(folder.resolve("none.json")))
        .isInstanceOf(ModelUnavailableException.class);
  }
}
