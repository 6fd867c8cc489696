package org.emova4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.emova4j.engine.nn.ResidualRows;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against sums in double precision; values and results are around one. */
class ResidualRowsTest {
  private static final double SLOPE = 0.1;

  @TempDir private static Path folder;
  private static LibTorchEngine engine;

  @BeforeAll
  static void start() throws Exception {
    engine = RealEngine.start(Duration.ofSeconds(30));
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  @Test
  void thisLibtorchFiltersMinimally() {
    assertThat(engine.ops().packed()).isPresent();
  }

  /** Both ways to compute it: few channels or a short kernel, and the others. */
  @ParameterizedTest
  @CsvSource({
    "8, 11, 5, 40", "128, 3, 1, 9", "128, 7, 1, 1", "128, 7, 1, 4", "128, 7, 3, 50",
    "128, 11, 1, 37", "128, 11, 3, 2", "128, 11, 5, 64", "160, 9, 2, 31", "128, 13, 1, 21"
  })
  void isTheSumOfProducts(int channels, int kernel, int dilation, int time) throws Exception {
    Path file = folder.resolve("none-%d-%d-%d.safetensors".formatted(channels, kernel, dilation));
    Files.write(file, new SafetensorsBytes().bytes());
    Random random = new Random(channels + kernel);
    float[] weight1 =
        values(random, channels * channels * kernel, 1 / Math.sqrt(channels * kernel));
    float[] weight2 = values(random, weight1.length, 1 / Math.sqrt(channels * kernel));
    float[] bias1 = values(random, channels, 1);
    float[] bias2 = values(random, channels, 1);
    float[] x = values(random, time * channels, 1);
    float[] result;
    try (NetworkScope scope = engine.open(file)) {
      ResidualRows rows =
          scope.call(
              m ->
                  ResidualRows.of(
                      scope,
                      engine.ops(),
                      channels,
                      kernel,
                      SLOPE,
                      new ResidualRows.Convolution(
                          weight1, scope.constant(bias1, channels), dilation),
                      new ResidualRows.Convolution(weight2, scope.constant(bias2, channels), 1)));
      scope.freeze();
      Shape shape = new Shape(1, time, channels);
      result =
          scope.call(
              m -> {
                var y = rows.apply(m.create(x, shape));
                assertThat(y.getShape()).isEqualTo(shape);
                return y.toFloatArray();
              });
    }
    double[] inner = convolved(widened(x), weight1, bias1, channels, kernel, dilation);
    double[] outer = convolved(inner, weight2, bias2, channels, kernel, 1);
    double farthest = 0;
    for (int i = 0; i < result.length; i++) {
      farthest = Math.max(farthest, Math.abs(outer[i] + x[i] - result[i]));
    }
    assertThat(farthest).isLessThan(4e-5);
  }

  private static float[] values(Random random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }

  private static double[] widened(float[] x) {
    double[] wide = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      wide[i] = x[i];
    }
    return wide;
  }

  private static double[] convolved(
      double[] x, float[] weight, float[] bias, int channels, int kernel, int dilation) {
    int time = x.length / channels;
    double[] y = new double[x.length];
    for (int t = 0; t < time; t++) {
      for (int out = 0; out < channels; out++) {
        double sum = bias[out];
        for (int k = 0; k < kernel; k++) {
          int at = t + (k - (kernel - 1) / 2) * dilation;
          for (int in = 0; at >= 0 && at < time && in < channels; in++) {
            double value = x[at * channels + in];
            sum += (value < 0 ? SLOPE * value : value) * weight[(out * channels + in) * kernel + k];
          }
        }
        y[t * channels + out] = sum;
      }
    }
    return y;
  }
}
