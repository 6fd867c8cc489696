package org.emova4j.vocoder.internal.uvits;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single operators against the reference implementation. */
class OperatorsGoldenTest {
  private static final float CLOSE = 2e-6f;

  private final TensorEngine engine = TestEngine.get();
  private Golden golden;
  private NetworkScope scope;
  private UvitsWeights weights;

  @BeforeEach
  void open() throws Exception {
    golden = Golden.open("ops/ops.safetensors");
    scope = engine.open(Golden.resource("ops/ops.safetensors"));
    weights = new UvitsWeights(scope, engine.ops());
  }

  @AfterEach
  void close() {
    scope.close();
    golden.close();
  }

  @Test
  void splinesAreInvertedAlsoAtAndBeyondTheirEnds() throws Exception {
    float[] y = golden.floats("spline.in.x");
    float[] widths = golden.floats("spline.in.widths_scaled");
    float[] heights = golden.floats("spline.in.heights_scaled");
    float[] derivatives = golden.floats("spline.in.derivatives");
    int bins = RationalQuadraticSpline.BINS;
    float[] actual = new float[y.length];
    for (int i = 0; i < y.length; i++) {
      float[] parameters = new float[RationalQuadraticSpline.PARAMETERS];
      System.arraycopy(widths, i * bins, parameters, 0, bins);
      System.arraycopy(heights, i * bins, parameters, bins, bins);
      System.arraycopy(derivatives, i * (bins - 1), parameters, 2 * bins, bins - 1);
      actual[i] = RationalQuadraticSpline.inverse(y[i], parameters, 0, 1);
    }
    // the reference itself is 4e-5 from its own forward direction
    assertThat(Difference.of(actual, golden.floats("spline.out.inverse"))).isLessThan(2e-5f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 6, 12})
  void attentionKnowsDistances(int length) throws Exception {
    String name = "relattn.T" + length;
    int width = golden.size(name + ".in", 1);
    int heads = golden.size(name + ".probs", 1);
    float[][] probabilities = new float[1][];
    float[] actual =
        scope.call(
            manager -> {
              NDArray x =
                  manager.create(golden.rows(name + ".in", 0, length), new Shape(1, length, width));
              return RelativeAttention.read(weights, name + ".p", width, heads)
                  .apply(x, (what, rows) -> probabilities[0] = rows.get())
                  .toFloatArray();
            });
    assertThat(Difference.of(probabilities[0], golden.floats(name + ".probs"))).isLessThan(CLOSE);
    assertThat(Difference.of(actual, golden.rows(name + ".out", 0, length))).isLessThan(CLOSE);
  }

  @Test
  void weightNormalisationIsUndone() throws Exception {
    assertThat(
            Difference.of(
                weights.values("wn.conv", 6, 4, 3), golden.floats("wn.conv.fused_weight")))
        .isLessThan(1e-6f);
    assertThat(
            Difference.of(
                weights.values("wn.convT", 4, 6, 8), golden.floats("wn.convT.fused_weight")))
        .isLessThan(1e-6f);
  }

  @Test
  void convolutionsOverRowsAreThoseOverChannels() throws Exception {
    float[] conv =
        scope.call(
            manager -> {
              NDArray x = manager.create(golden.rows("wn.conv.in", 0, 9), new Shape(1, 9, 4));
              return weights.convolution("wn.conv", 4, 6, 3, 1).apply(x).toFloatArray();
            });
    assertThat(Difference.of(conv, golden.rows("wn.conv.out", 0, 9))).isLessThan(CLOSE);
    float[] transposed =
        scope.call(
            manager -> {
              NDArray x = manager.create(golden.rows("wn.convT.in", 0, 9), new Shape(1, 9, 4));
              return engine
                  .ops()
                  .convTransposeRows(
                      x, weights.rows("wn.convT", 4, 6, 8), weights.bias("wn.convT", 6), 4, 2)
                  .toFloatArray();
            });
    assertThat(Difference.of(transposed, golden.rows("wn.convT.out", 0, 36))).isLessThan(CLOSE);
  }

  @Test
  void framesFollowTheirUnits() throws Exception {
    float[] durations = golden.floats("path.durations");
    int[] counts = IntStream.range(0, durations.length).map(i -> (int) durations[i]).toArray();
    int units = counts.length;
    float[] means = new float[units * units]; // unit i is the i-th unit vector
    for (int i = 0; i < units; i++) {
      means[i * units + i] = 1;
    }
    Prior prior = new Prior(means, new float[means.length], counts, new SeededNoise(0), 0);
    assertThat(prior.draw(new Span(0, prior.frames()))).isEqualTo(golden.floats("path.out"));
  }

  @Test
  void unitsHaveTheReferencesSymbols() throws Exception {
    JsonNode symbols = new ObjectMapper().readTree(Golden.resource("ops/symbols.json").toFile());
    assertThat(TextEncoder.FIRST_UNIT).isEqualTo(symbols.path("unit_offset").asInt());
    Codebook codebook = new Codebook("emova-40ms-4096", 4096, Duration.ofMillis(40));
    assertThat(TextEncoder.FIRST_UNIT + codebook.size())
        .isEqualTo(symbols.path("n_symbols").asInt());
    JsonNode example = symbols.path("token_form_example");
    int[] ids = UnitSequence.parse(codebook, example.path("lm").asText()).ids();
    assertThat(Arrays.stream(ids).map(id -> id + TextEncoder.FIRST_UNIT).toArray())
        .isEqualTo(
            StreamSupport.stream(example.path("ids").spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray());
  }
}
