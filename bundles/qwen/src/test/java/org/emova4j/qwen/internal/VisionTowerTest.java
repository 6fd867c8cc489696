package org.emova4j.qwen.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The encoder and the projector against transformers' Qwen2-VL vision tower and PyTorch. */
class VisionTowerTest {
  @TempDir static Path folder;
  private static Golden golden;
  private static LoadedModel model;
  private static VisionTower tower;

  @BeforeAll
  static void load() throws Exception {
    golden = Golden.read(folder);
    Path checkpoint = TinyModel.write(folder.resolve("model"), true, true, "F32");
    model = LoadedModel.open(TestEngine.get(), Checkpoint.read(checkpoint), Precision.FLOAT32);
    tower = model.vision().orElseThrow();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void givesTheFeaturesThatTransformersGives() throws Exception {
    float[] expected = golden.tensor("features"); // both images, one behind the other
    float[] first = tower.encode(TinyModel.patches(0), () -> false).orElseThrow();
    float[] second = tower.encode(TinyModel.patches(1), () -> false).orElseThrow();

    assertThat(first).hasSize(6 * tower.hiddenSize());
    assertThat(second).hasSize(2 * tower.hiddenSize());
    assertThat(Golden.distance(first, Arrays.copyOf(expected, first.length))).isLessThan(1e-4f);
    assertThat(Golden.distance(second, Arrays.copyOfRange(expected, first.length, expected.length)))
        .isLessThan(1e-4f);
  }

  @Test
  void stopsBetweenBlocksWhenCancelled() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    assertThat(tower.encode(TinyModel.patches(0), () -> asked.incrementAndGet() == 2)).isEmpty();
    assertThat(asked).hasValue(2);
  }

  @Test
  void refusesHeadsThatDoNotFitTheWidth() throws Exception {
    try (NetworkScope scope = TestEngine.get().open(folder.resolve("model/model.safetensors"))) {
      assertThatThrownBy(
              () ->
                  VisionTower.read(
                      scope,
                      TestEngine.get().ops(),
                      JsonNodeFactory.instance
                          .objectNode()
                          .set(
                              "vision_config",
                              JsonNodeFactory.instance.objectNode().put("num_heads", 3)),
                      64,
                      Precision.FLOAT32))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessage("a vision encoder of width 32 can't have 3 heads");
    }
  }
}
