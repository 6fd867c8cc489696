package org.emova4j.vocoder.internal;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.testing.TestEngine;

/** What the tokenizer's {@code fixtures.py} left in the test resources, and a plain style. */
final class Fixtures {
  static final Codebook CODEBOOK = new Codebook("lite-40ms-4096", 4096, Duration.ofMillis(40));

  private Fixtures() {}

  /** A tensor of {@code golden.safetensors}. */
  static float[] golden(String name) {
    try (NetworkScope scope = TestEngine.get().open(resource("/golden.safetensors"))) {
      return scope.weight(name, scope.shape(name)).toFloatArray();
    } catch (SpeechException e) {
      throw new AssertionError(e);
    }
  }

  /** Unit ids of {@code golden.safetensors}. */
  static int[] ids(String name) {
    float[] golden = golden(name);
    int[] ids = new int[golden.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) golden[i];
    }
    return ids;
  }

  /** The golden speaker at a mean F0 of 120 Hz, all factors neutral. */
  static float[] style() {
    float[] values = new float[LiteStyle.LENGTH];
    float[] speaker = golden("speaker");
    System.arraycopy(speaker, 0, values, 0, speaker.length);
    values[LiteStyle.LN_F0_MEAN] = (float) Math.log(120);
    values[LiteStyle.F0_RANGE] = 1;
    values[LiteStyle.SPEED] = 1;
    values[LiteStyle.ENERGY_CONTRAST] = 1;
    return values;
  }

  static StyleVector style(int index, double value) {
    float[] values = style();
    values[index] = (float) value;
    return StyleVector.of(LiteStyle.SPACE, values);
  }

  static StyleVector plain() {
    return StyleVector.of(LiteStyle.SPACE, style());
  }

  static Path resource(String name) {
    try {
      return Path.of(Fixtures.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
