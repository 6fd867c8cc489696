package org.emova4j.vocoder.internal.uvits;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two small networks with random weights against the reference implementation. Items of a batch go
 * one by one: their masks must make no difference.
 */
class UvitsGoldenTest {
  private static final float ENCODED = 1e-5f;
  private static final float DURATIONS = 5e-5f;
  private static final float LATENT = 1e-5f;
  private static final float SOUND = 1e-5f;

  private final Map<String, float[]> seen = new HashMap<>();

  @ParameterizedTest
  @CsvSource({
    "tiny_a, case_main",
    "tiny_a, case_slow_zero_noise",
    "tiny_a, case_one_unit",
    "tiny_a, case_four_units",
    "tiny_a, case_no_style",
    "tiny_a, case_style_from_audio",
    "tiny_a, case_batch2",
    "tiny_b, case_main",
    "tiny_b, case_slow_zero_noise",
    "tiny_b, case_one_unit",
    "tiny_b, case_four_units",
    "tiny_b, case_no_style",
    "tiny_b, case_style_from_audio",
  })
  void everyStepIsTheReferences(String model, String name) throws Exception {
    TensorEngine engine = TestEngine.get();
    UvitsSettings settings = UvitsSettings.read(Golden.resource(model + "/config.json"));
    try (Golden golden = Golden.open(model + "/" + name + ".safetensors");
        UvitsNetwork network =
            new UvitsNetwork(
                engine.open(Golden.resource(model + "/model.safetensors")),
                engine.ops(),
                settings)) {
      for (int item = 0; item < golden.size("in.unit_ids", 0); item++) {
        seen.clear();
        compare(golden, item, network, model);
      }
    }
  }

  private void compare(Golden golden, int item, UvitsNetwork network, String model)
      throws Exception {
    int units = (int) golden.longs("in.lengths")[item];
    int[] ids =
        Arrays.stream(golden.integers("in.unit_ids", item, units))
            .map(id -> id - TextEncoder.FIRST_UNIT)
            .toArray();
    Optional<float[]> style =
        golden.names().contains("in.style_embedding")
            ? Optional.of(golden.rows("in.style_embedding", item, 1))
            : Optional.empty();
    float[] start = golden.rows("in.noise_dp", item, units);
    float[][] noise = new float[2][units];
    for (int i = 0; i < start.length; i++) {
      noise[i % 2][i / 2] = start[i] * golden.setting("noise_scale_w");
    }

    UvitsNetwork.Encoded encoded = network.encode(ids, style, Optional.of(noise), this::see);
    see("m_p", encoded::means);
    see("logs_p", encoded::logDeviations);
    see("logw", encoded.logDurations()::orElseThrow);
    for (Map.Entry<String, float[]> entry : seen.entrySet()) {
      boolean isDuration = entry.getKey().startsWith("dp_") || entry.getKey().equals("logw");
      compare(golden, entry.getKey(), item, units, isDuration ? DURATIONS : ENCODED);
    }

    int[] durations =
        Timing.predicted(
            encoded.logDurations().orElseThrow(), golden.setting("length_scale"), 10_000);
    assertThat(durations).isEqualTo(golden.integers("out.durations", item, units));
    assertThat(Timing.sum(durations)).isEqualTo((int) golden.longs("out.y_lengths")[item]);

    sound(golden, item, network, model, encoded, durations, style);
  }

  private void sound(
      Golden golden,
      int item,
      UvitsNetwork network,
      String model,
      UvitsNetwork.Encoded encoded,
      int[] durations,
      Optional<float[]> style)
      throws Exception {
    int frames = Timing.sum(durations);
    int longest = golden.size("out.z", 2);
    float[] drawn = golden.rows("in.noise_z", item, frames);
    int latent = network.settings().latent();
    Prior means = prior(encoded, durations, (frame, channel) -> 0, 0);
    Prior deviations = prior(encoded, durations, (frame, channel) -> 1, 1);
    Prior prior =
        prior(
            encoded,
            durations,
            (frame, channel) -> drawn[frame * latent + channel],
            golden.setting("noise_scale"));
    UvitsNetwork.Plan plan = network.plan(frames, 0, frames);
    assertThat(plan.drawn()).isEqualTo(new Span(0, frames));

    seen.clear();
    see("m_p_expanded", () -> means.draw(plan.drawn()));
    see(
        "logs_p_expanded",
        () -> logarithms(deviations.draw(plan.drawn()), seen.get("m_p_expanded")));
    see("z_p", () -> prior.draw(plan.drawn()));
    float[] sound = network.sound(seen.get("z_p"), plan, style, this::see);
    see("z", () -> seen.get("flow_after_coupling0"));
    for (String name : seen.keySet()) {
      // what the generator makes of the shorter items of a batch depends on the longest
      if (!name.startsWith("dec_") || frames == longest) {
        compare(golden, name, item, -1, name.startsWith("dec_") ? SOUND : LATENT);
      }
    }
    if (frames < longest) {
      sound = withZeros(seen.get("z"), longest, network.settings(), model, style);
    }
    float[] all = golden.floats("out.waveform");
    int length = golden.size("out.waveform", 1);
    float[] expected = Arrays.copyOfRange(all, item * length, (item + 1) * length);
    assertThat(Difference.of(sound, expected)).as("waveform").isLessThan(SOUND);
  }

  private static Prior prior(
      UvitsNetwork.Encoded encoded, int[] durations, FrameNoise noise, float scale) {
    return new Prior(encoded.means(), encoded.logDeviations(), durations, noise, scale);
  }

  private interface FrameNoise extends NoiseSource {
    @Override
    default float duration(int channel, int unit) {
      throw new AssertionError("durations are drawn already");
    }
  }

  private static float[] logarithms(float[] sums, float[] means) {
    float[] logarithms = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      logarithms[i] = (float) Math.log((double) sums[i] - means[i]);
    }
    return logarithms;
  }

  /** As in a batch: silence in the latent frames up to the end of the longest item. */
  private static float[] withZeros(
      float[] latent, int frames, UvitsSettings settings, String model, Optional<float[]> style)
      throws Exception {
    TensorEngine engine = TestEngine.get();
    try (NetworkScope scope = engine.open(Golden.resource(model + "/model.safetensors"))) {
      return scope.call(
          manager -> {
            Generator generator = new Generator(new UvitsWeights(scope, engine.ops()), settings);
            NDArray z =
                manager.create(
                    Arrays.copyOf(latent, frames * settings.latent()),
                    new Shape(1, frames, settings.latent()));
            return generator
                .apply(
                    z,
                    generator.plan(frames, 0, frames),
                    style.map(s -> manager.create(s, new Shape(1, s.length))),
                    Trace.NONE)
                .toFloatArray();
          });
    }
  }

  private void see(String name, java.util.function.Supplier<float[]> rows) {
    seen.put(name, rows.get());
  }

  /**
   * @param moments to compare, or -1 for as many as were seen
   */
  private void compare(Golden golden, String name, int item, int moments, float tolerance)
      throws Exception {
    String expected = "out." + name;
    if (!golden.names().contains(expected)) {
      return;
    }
    float[] actual = seen.get(name);
    int count = moments < 0 ? actual.length / golden.size(expected, 1) : moments;
    assertThat(Difference.of(actual, golden.rows(expected, item, count)))
        .as(name)
        .isLessThan(tolerance);
  }
}
