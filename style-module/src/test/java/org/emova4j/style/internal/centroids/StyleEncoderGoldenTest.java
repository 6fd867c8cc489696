package org.emova4j.style.internal.centroids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.engine.Safetensors;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two small networks with random weights against the reference implementation. */
class StyleEncoderGoldenTest {
  private static final float CLOSE = 2e-5f;
  private static final float STYLE = 1e-6f;

  private static StyleEncoderNetwork network(String model, int rate)
      throws ModelUnavailableException {
    TensorEngine engine = TestEngine.get();
    return new StyleEncoderNetwork(
        engine.open(resource(model + "/enc_r.safetensors")), engine.ops(), rate);
  }

  private static Path resource(String name) {
    try {
      return Path.of(StyleEncoderGoldenTest.class.getResource("/centroids/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tiny_a, 22050, style_one",
    "tiny_a, 22050, style_batch2",
    "tiny_b, 8000, style_one",
    "tiny_b, 8000, style_batch2",
  })
  void everyStepIsTheReferences(String model, int rate, String name) throws Exception {
    try (StyleEncoderNetwork network = network(model, rate);
        Safetensors golden = Safetensors.open(resource(model + "/" + name + ".safetensors"))) {
      long[] shape = golden.shape("out.spec"); // (items, bins, frames)
      int bins = (int) shape[1];
      int frames = (int) shape[2];
      for (int item = 0; item < shape[0]; item++) {
        int valid = (int) golden.readLongs("in.spec_lengths")[item];
        float[] wave = item(golden, "in.wav", item);
        float[] spectrum = network.spectrum(wave);
        Arrays.fill(spectrum, valid * bins, spectrum.length, 0);
        assertThat(difference(spectrum, transposed(item(golden, "out.spec", item), frames)))
            .as("spec")
            .isLessThan(1e-4f); // of magnitudes of up to a hundred

        Map<String, float[]> seen = new HashMap<>();
        float[] style = network.style(spectrum, valid, (n, v) -> seen.put(n, v.get()));
        assertThat(seen).containsOnlyKeys("spectral", "temporal", "slf_attn", "fc");
        compare(golden, "spectral", item, seen.get("spectral"), frames, frames);
        float[] temporal = transposed(seen.get("temporal"), frames);
        float[] expected = transposed(item(golden, "out.temporal", item), frames);
        int width = temporal.length / frames;
        assertThat(
                difference(
                    Arrays.copyOf(temporal, valid * width), Arrays.copyOf(expected, valid * width)))
            .as("temporal")
            .isLessThan(CLOSE);
        compare(golden, "slf_attn", item, seen.get("slf_attn"), frames, valid);
        compare(golden, "fc", item, seen.get("fc"), frames, valid);
        assertThat(difference(style, item(golden, "out.style_embedding", item)))
            .as("style")
            .isLessThan(STYLE);
        if (valid == frames) {
          assertThat(network.encode(Audio.of(wave, rate))).isEqualTo(style);
        }
      }
    }
  }

  @Test
  void refusesAnotherRateAndTooShortRecordings() throws Exception {
    try (StyleEncoderNetwork network = network("tiny_a", 22_050)) {
      assertThat(network.size()).isEqualTo(12);
      assertThatThrownBy(() -> network.encode(Audio.of(new float[2000], 16_000)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("16000")
          .hasMessageContaining("22050");
      for (int length : new int[] {0, 1, 384, 1023}) {
        assertThatThrownBy(() -> network.encode(Audio.of(new float[length], 22_050)))
            .isInstanceOf(UnsupportedAudioException.class)
            .hasMessageContaining(length + " samples")
            .hasMessageContaining("1024");
      }
      assertThat(network.encode(Audio.of(new float[1024], 22_050)))
          .hasSize(12)
          .doesNotContain(Float.NaN);
    }
  }

  @Test
  void readsTheFirstMinute() throws Exception {
    try (StyleEncoderNetwork network = network("tiny_b", 8_000)) {
      float[] samples = new float[70 * 8_000];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (float) Math.sin(i * i * 1e-7);
      }
      Audio longer = Audio.of(samples, 8_000);
      assertThat(network.encode(longer)).isEqualTo(network.encode(longer.slice(0, 60 * 8_000)));
    }
  }

  @Test
  void namesAWeightThatIsMissing() {
    TensorEngine engine = TestEngine.get();
    assertThatThrownBy(
            () ->
                new StyleEncoderNetwork(
                    engine.open(resource("tiny_a/style_one.safetensors")), engine.ops()))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("enc_r.spectral.0.fc.weight");
  }

  private static void compare(
      Safetensors golden, String name, int item, float[] actual, int frames, int valid)
      throws ModelUnavailableException {
    float[] expected = item(golden, "out." + name, item);
    int width = expected.length / frames;
    assertThat(
            difference(
                Arrays.copyOf(actual, valid * width), Arrays.copyOf(expected, valid * width)))
        .as(name)
        .isLessThan(CLOSE);
  }

  private static float[] item(Safetensors golden, String name, int item)
      throws ModelUnavailableException {
    float[] all = golden.read(name);
    int length = all.length / (int) golden.shape(name)[0];
    return Arrays.copyOfRange(all, item * length, (item + 1) * length);
  }

  /** (channels, frames) to (frames, channels). */
  private static float[] transposed(float[] values, int frames) {
    int channels = values.length / frames;
    float[] rows = new float[values.length];
    for (int c = 0; c < channels; c++) {
      for (int t = 0; t < frames; t++) {
        rows[t * channels + c] = values[c * frames + t];
      }
    }
    return rows;
  }

  /** The greatest difference; without end where lengths differ or one is no number. */
  private static float difference(float[] a, float[] b) {
    float most = a.length == b.length ? 0 : Float.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      float difference = Math.abs(a[i] - b[i]);
      most = difference <= most ? most : difference >= 0 ? difference : Float.POSITIVE_INFINITY;
    }
    return most;
  }
}
