package org.emova4j.llm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.emova4j.llm.internal.RemoteModels.Config;
import org.junit.jupiter.api.Test;
import org.osgi.util.converter.Converters;

class RemoteModelsTest {
  private static RemoteSettings settings(Map<String, Object> configuration) {
    return RemoteModels.settings(
        Converters.standardConverter().convert(configuration).to(Config.class));
  }

  @Test
  void anIdAndAnAddressAreEnough() {
    RemoteSettings settings = settings(Map.of("id", "gpu", "url", "http://gpu:8000/v1/"));

    assertThat(settings.backend()).isEqualTo(RemoteSettings.Backend.OPENAI_CHAT);
    assertThat(settings.codebook().orElseThrow().id()).isEqualTo("emova-40ms-4096");
    assertThat(settings.contextTokens()).isEqualTo(8192);
    assertThat(settings.at("/models")).hasToString("http://gpu:8000/v1/models");
    assertThat(settings.atRoot("/tokenize")).hasToString("http://gpu:8000/tokenize");
  }

  @Test
  void wrongValuesAreNamed() {
    assertThatThrownBy(() -> settings(Map.of("id", "gpu", "url", "gpu:8000")))
        .hasMessageContaining("gpu:8000");
    assertThatThrownBy(() -> settings(Map.of("id", "g", "url", "http://g", "backend", "x")))
        .hasMessageContaining("openai-chat");
    assertThatThrownBy(() -> settings(Map.of("id", "g", "url", "http://g", "idle.seconds", 0)))
        .hasMessageContaining("idle.seconds");
    assertThatThrownBy(() -> settings(Map.of("id", "g", "url", "http://me:secret@g/v1")))
        .hasMessageContaining("api.key.env")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
  }
}
