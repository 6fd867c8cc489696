package org.emova4j.vocoder.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.testing.FormulaWeights;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocoderNetworkTest {
  @TempDir private static Path folder;
  private static VocoderNetwork network;

  @BeforeAll
  static void open() throws Exception {
    TensorEngine engine = TestEngine.get();
    Path weights = FormulaWeights.write(Fixtures.class, folder.resolve("weights.safetensors"));
    network = new VocoderNetwork(engine.open(weights), engine.ops());
  }

  @AfterAll
  static void close() {
    network.close();
  }

  private static float[] codes(String name) {
    int[] ids = Fixtures.ids(name);
    return Codes.of(ids, 0, ids.length);
  }

  @Test
  void envelopesAgreeWithTheReference() throws Exception {
    float[] rows =
        network.envelopes(codes("ids"), Fixtures.golden("speaker"), Fixtures.golden("prosody"));
    float[] harmonic = Fixtures.golden("harmonic");
    float[] noise = Fixtures.golden("noise");
    assertThat(rows).hasSize(2 * harmonic.length);
    for (int t = 0; t < rows.length / 160; t++) {
      assertThat(Arrays.copyOfRange(rows, 160 * t, 160 * t + 80))
          .containsExactly(Arrays.copyOfRange(harmonic, 80 * t, 80 * t + 80), within(1e-3f));
      assertThat(Arrays.copyOfRange(rows, 160 * t + 80, 160 * t + 160))
          .containsExactly(Arrays.copyOfRange(noise, 80 * t, 80 * t + 80), within(1e-3f));
    }
  }

  @Test
  void predictedProsodyAgreesWithTheReference() throws Exception {
    assertThat(network.predictProsody(codes("ids"), Fixtures.golden("speaker")))
        .containsExactly(Fixtures.golden("predicted_prosody"), within(1e-3f));
  }

  @Test
  void predictedDurationsAgreeWithTheReference() throws Exception {
    assertThat(network.predictDurations(codes("merged_ids"), Fixtures.golden("speaker")))
        .containsExactly(Fixtures.golden("predicted_durations"), within(1e-3f));
  }

  @Test
  void oneUnitIsEnough() throws Exception {
    float[] speaker = Fixtures.golden("speaker");
    assertThat(network.envelopes(new float[4], speaker, new float[12])).hasSize(4 * 160);
    assertThat(network.predictProsody(new float[4], speaker)).hasSize(12);
    assertThat(network.predictDurations(new float[4], speaker)).hasSize(1);
  }

  @Test
  void refusesWeightsOfAnotherShape() throws Exception {
    TensorEngine engine = TestEngine.get();
    Path other = Fixtures.resource("/golden.safetensors");
    assertThatThrownBy(() -> new VocoderNetwork(engine.open(other), engine.ops()))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("embed.weight");
  }
}
