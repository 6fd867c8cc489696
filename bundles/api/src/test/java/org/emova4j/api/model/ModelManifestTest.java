package org.emova4j.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelManifestTest {
  private static final ModelManifest.Component TOKENIZER =
      new ModelManifest.Component(
          "tokenizer", "lite", Optional.of("c"), Optional.empty(), 16_000, Map.of());

  @Test
  void findsComponentsByRole() {
    ModelManifest manifest = manifest("lite", List.of(TOKENIZER));

    assertThat(manifest.name()).isEqualTo("lite:1.0.0");
    assertThat(manifest.component("tokenizer")).contains(TOKENIZER);
    assertThat(manifest.component("vocoder")).isEmpty();
  }

  @Test
  void refusesIdsThatCouldLeaveTheModelsFolder() {
    for (String id : List.of("../lite", "a/b", "", "Lite", ".hidden", "a".repeat(65))) {
      assertThatIllegalArgumentException()
          .as(id)
          .isThrownBy(() -> manifest(id, List.of(TOKENIZER)))
          .withMessageContaining("id \"");
    }
  }

  @Test
  void refusesAModelWithoutComponentsAndMalformedHashes() {
    assertThatIllegalArgumentException().isThrownBy(() -> manifest("lite", List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelManifest.FileEntry("x", 1, "abc"))
        .withMessageContaining("sha256 \"abc\" of x");
  }

  private static ModelManifest manifest(String id, List<ModelManifest.Component> components) {
    return new ModelManifest(
        id, "1.0.0", "", "CC0-1.0", List.of("en"), List.of(), Map.of(), components, List.of());
  }
}
