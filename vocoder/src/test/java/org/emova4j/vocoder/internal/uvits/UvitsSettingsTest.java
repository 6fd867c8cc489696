package org.emova4j.vocoder.internal.uvits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UvitsSettingsTest {
  @TempDir private Path folder;

  @Test
  void readsTheConfigurationThatComesWithTheWeights() throws Exception {
    UvitsSettings settings = UvitsSettings.read(Golden.resource("tiny_b/config.json"));
    assertThat(settings.sampleRate()).isEqualTo(8000);
    assertThat(settings.hop()).isEqualTo(40);
    assertThat(settings.blocks().get(1)).isEqualTo(new UvitsSettings.Block(3, List.of(2, 6, 3)));
    assertThat(settings.upsamplings().get(0)).isEqualTo(new UvitsSettings.Upsampling(5, 11));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"sampling_rate\": 22050 | \"sampling_rate\": 0 | sampling_rate is 0",
        "\"sampling_rate\": 22050 | \"rate\": 0 | sampling_rate is missing",
        "\"hop_length\": 256 | \"hop_length\": 255 | hop_length (255)",
        "\"n_heads\": 2 | \"n_heads\": 5 | hidden_channels is 24",
        "\"inter_channels\": 16 | \"inter_channels\": 15 | inter_channels is 15",
        "\"inter_channels\": 16 | \"inter_channels\": 1e9 | inter_channels",
        "\"kernel_size\": 3 | \"kernel_size\": 4 | kernel_size is 4",
        "\"resblock\": \"1\" | \"resblock\": \"2\" | resblock is \"2\"",
        "\"upsample_initial_channel\": 32 | \"upsample_initial_channel\": 24 | upsample_initial",
        "\"upsample_rates\": [ | \"upsample_rates\": [2, | upsample_kernel_sizes",
        "\"upsample_kernel_sizes\": [ | \"upsample_kernel_sizes\": [17, | upsample_kernel_sizes",
        "{ | [ | not valid JSON",
      })
  void refusesWhatCantBe(String from, String to, String message) throws Exception {
    String text = Files.readString(Golden.resource("tiny_a/config.json"));
    assertThat(text).contains(from);
    Path file = Files.writeString(folder.resolve("config.json"), text.replace(from, to));
    assertThatThrownBy(() -> UvitsSettings.read(file))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining(message);
  }

  @Test
  void saysWhenTheFileIsMissing() {
    assertThatThrownBy(() -> UvitsSettings.read(folder.resolve("none.json")))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("none.json");
  }
}
