package org.emova4j.tokenizer.internal.spiral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MelTablesTest {
  @ParameterizedTest
  @ValueSource(strings = {"tiny_a", "tiny_b"})
  void formulasMakeTheStoredTables(String name) throws Exception {
    Golden golden = Golden.open(name);
    try {
      SpiralConfig.Mel mel = golden.config().mel();
      assertThat(MelTables.window(mel))
          .containsExactly(
              golden.floats("weights", "encoder.wav2spec.featurizer.window"), within(1e-6f));
      assertThat(MelTables.bank(mel))
          .containsExactly(
              golden.floats("weights", "encoder.wav2spec.featurizer.fb"), within(1e-7f));
    } finally {
      golden.close();
    }
  }
}
