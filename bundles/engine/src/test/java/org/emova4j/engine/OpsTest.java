package org.emova4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.emova4j.api.speech.SpeechException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpsTest {
  @TempDir private static Path folder;
  private static LibTorchEngine engine;
  private static NetworkScope scope;

  @BeforeAll
  static void start() throws Exception {
    engine = RealEngine.start(Duration.ofSeconds(30));
    Path file = folder.resolve("none.safetensors");
    Files.write(file, new SafetensorsBytes().bytes());
    scope = engine.open(file);
    scope.freeze();
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  private interface Computation {
    NDArray compute(Ops ops, NDManager m);
  }

  private static float[] run(Computation computation) throws SpeechException {
    return scope.call(m -> computation.compute(engine.ops(), m).toFloatArray());
  }

  private static NDArray row(NDManager m, float... values) {
    return m.create(values, new Shape(1, 1, values.length));
  }

  @Test
  void multipliesBfloat16AlsoWhereTheProcessorCannot() throws Exception {
    try (NDManager m = NDManager.newBaseManager()) {
      Ops plain = Ops.load(m, false);
      NDArray weight = plain.emptyBfloat16(m, 3, 2);
      plain.fill(weight, 0, m.create(new float[] {1, 2, 3, 4, 5, 6}));
      NDArray arranged = plain.arranged(weight);
      NDArray one = m.create(new float[][] {{1, 10}});
      NDArray two = m.create(new float[][] {{1, 10}, {0, 1}});
      assertThat(plain.linear(one, arranged).getShape()).isEqualTo(new Shape(1, 3));
      assertThat(plain.linear(one, arranged).toFloatArray()).containsExactly(21, 43, 65);
      assertThat(plain.linear(two, arranged).toFloatArray()).containsExactly(21, 43, 65, 2, 4, 6);
      plain.close();
    }
  }

  @Test
  void rotateTurnsTheFirstHalfAgainstTheSecond() throws Exception {
    // by 90 degrees: (a, b) becomes (-b, a)
    assertThat(
            run((ops, m) -> ops.rotate(row(m, 1, 2, 3, 4), row(m, 0, 0, 0, 0), row(m, 1, 1, 1, 1))))
        .containsExactly(-3, -4, 1, 2);
  }

  @Test
  void convTranspose1dSpreadsEachSampleOverTheKernel() throws Exception {
    // x = 1 2 3, kernel 1 10, stride 2: 1 10 2 20 3 30
    assertThat(run((ops, m) -> ops.convTranspose1d(row(m, 1, 2, 3), row(m, 1, 10), 2, 0, 0, 1, 1)))
        .containsExactly(1, 10, 2, 20, 3, 30);
    // stride 1 overlaps, padding 1 cuts both ends, the bias is added: (10 + 2, 20 + 3) + 0.5
    assertThat(
            run(
                (ops, m) ->
                    ops.convTranspose1d(
                        row(m, 1, 2, 3),
                        row(m, 1, 10),
                        m.create(new float[] {.5f}),
                        1,
                        1,
                        0,
                        1,
                        1)))
        .containsExactly(12.5f, 23.5f);
    // dilation 2 leaves a hole, outputPadding 1 adds a zero at the end
    assertThat(run((ops, m) -> ops.convTranspose1d(row(m, 1), row(m, 1, 10), 2, 0, 1, 2, 1)))
        .containsExactly(1, 0, 10, 0);
  }

  @Test
  void convTranspose1dKeepsGroupsApart() throws Exception {
    assertThat(
            run(
                (ops, m) -> {
                  NDArray x = m.create(new float[] {1, 2}, new Shape(1, 2, 1));
                  NDArray w = m.create(new float[] {3, 5}, new Shape(2, 1, 1));
                  return ops.convTranspose1d(x, w, 1, 0, 0, 1, 2);
                }))
        .containsExactly(3, 10);
  }

  @Test
  void conv1dHasStridePaddingDilationAndGroups() throws Exception {
    assertThat(run((ops, m) -> ops.conv1d(row(m, 1, 2, 3, 4), row(m, 1, 10), 1, 0, 1, 1)))
        .containsExactly(21, 32, 43);
    assertThat(
            run(
                (ops, m) ->
                    ops.conv1d(
                        row(m, 1, 2, 3, 4),
                        row(m, 1, 10),
                        m.create(new float[] {.5f}),
                        2,
                        1,
                        1,
                        1)))
        .containsExactly(10.5f, 32.5f, 4.5f);
    assertThat(run((ops, m) -> ops.conv1d(row(m, 1, 2, 3, 4), row(m, 1, 10), 1, 0, 2, 1)))
        .containsExactly(31, 42);
    assertThat(
            run(
                (ops, m) -> {
                  NDArray x = m.create(new float[] {1, 2}, new Shape(1, 2, 1));
                  NDArray w = m.create(new float[] {3, 5}, new Shape(2, 1, 1));
                  return ops.conv1d(x, w, 1, 0, 1, 2);
                }))
        .containsExactly(3, 10);
  }

  @Test
  void spectralConvolutionIsTheDirectOne() throws Exception {
    int kernel = 5;
    int size = 16; // so that a stretch has 12 new frames
    int groups = 2;
    float[] error =
        run(
            (ops, m) -> {
              NDArray x = m.randomNormal(new Shape(1, 3 * 12 + kernel - 1, 4));
              NDArray weight = m.randomNormal(new Shape(6, 2, kernel));
              NDArray direct =
                  ops.conv1d(x.transpose(0, 2, 1), weight, 1, 0, 1, groups).transpose(0, 2, 1);
              NDArray spectrum = ops.kernelSpectrum(weight, groups, size);
              return ops.spectralConv1d(x, spectrum, groups, kernel, size).sub(direct).abs().max();
            });
    assertThat(error[0]).isLessThan(1e-5f);
    assertThatThrownBy(() -> run((ops, m) -> ops.kernelSpectrum(row(m, 1, 2, 3), 1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("size is 2");
  }

  @Test
  void windowsOverAnAxis() throws Exception {
    assertThat(run((ops, m) -> ops.unfold(m.create(new float[] {1, 2, 3, 4, 5}), 0, 3, 2)))
        .containsExactly(1, 2, 3, 3, 4, 5);
  }

  @Test
  void sdpaWeighsValuesByTheSoftmaxOfScores() throws Exception {
    // One query (1, 0) on keys (0, 0) and (s, 0) with s = sqrt(2) ln 3: weights 1/4 and 3/4.
    float s = (float) (Math.sqrt(2) * Math.log(3));
    assertThat(
            run(
                (ops, m) ->
                    ops.sdpa(
                        m.create(new float[] {1, 0}, new Shape(1, 1, 1, 2)),
                        m.create(new float[] {0, 0, s, 0}, new Shape(1, 1, 2, 2)),
                        m.create(new float[] {4, 8, 0, 4}, new Shape(1, 1, 2, 2)),
                        false)))
        .containsExactly(new float[] {1, 5}, within(1e-5f));
  }

  @Test
  void causalSdpaHidesLaterKeys() throws Exception {
    float[] causal =
        run(
            (ops, m) -> {
              NDArray zero = m.zeros(new Shape(1, 1, 2, 1));
              return ops.sdpa(
                  zero, zero, m.create(new float[] {2, 4}, new Shape(1, 1, 2, 1)), true);
            });
    assertThat(causal).containsExactly(new float[] {2, 3}, within(1e-6f));
    float[] masked =
        run(
            (ops, m) -> {
              NDArray zero = m.zeros(new Shape(1, 1, 2, 1));
              NDArray mask = m.create(new boolean[] {true, false, false, true}, new Shape(2, 2));
              return ops.sdpa(
                  zero, zero, m.create(new float[] {2, 4}, new Shape(1, 1, 2, 1)), mask);
            });
    assertThat(masked).containsExactly(new float[] {2, 4}, within(1e-6f));
  }

  @Test
  void normsDivideByWhatTheirNamesSay() throws Exception {
    // mean square of 1 and 7 is 25
    assertThat(run((ops, m) -> ops.rmsNorm(row(m, 1, 7), m.create(new float[] {1, 10}), 1e-9)))
        .containsExactly(new float[] {.2f, 14}, within(1e-5f));
    // mean 4, deviation 3
    assertThat(
            run(
                (ops, m) ->
                    ops.layerNorm(
                        row(m, 1, 7),
                        m.create(new float[] {1, 10}),
                        m.create(new float[] {0, .5f}),
                        1e-9)))
        .containsExactly(new float[] {-1, 10.5f}, within(1e-5f));
    assertThat(
            run(
                (ops, m) ->
                    ops.groupNorm(
                        m.create(new float[] {1, 7, 2, 2}, new Shape(1, 2, 2)),
                        2,
                        m.create(new float[] {1, 1}),
                        m.create(new float[] {0, 3}),
                        1e-5)))
        .containsExactly(new float[] {-1, 1, 3, 3}, within(1e-5f));
  }

  @Test
  void geluIsTheExactOne() throws Exception {
    // x Phi(x); the tanh approximation gives 0.84119 and -0.15881
    assertThat(run((ops, m) -> ops.gelu(row(m, 1, -1, 0))))
        .containsExactly(new float[] {0.8413447f, -0.1586553f, 0}, within(1e-6f));
  }

  @Test
  void padsMirrorOrRepeat() throws Exception {
    assertThat(run((ops, m) -> ops.padReflect(row(m, 1, 2, 3), 2, 1)))
        .containsExactly(3, 2, 1, 2, 3, 2);
    assertThat(run((ops, m) -> ops.padReplicate(row(m, 1, 2, 3), 2, 1)))
        .containsExactly(1, 1, 1, 2, 3, 3);
  }

  @Test
  void istftUndoesStft() throws Exception {
    int length = 1600;
    float[] signal = new float[length];
    float[] window = new float[400];
    for (int i = 0; i < length; i++) {
      signal[i] = (float) (Math.sin(i * .05) + .3 * Math.cos(i * .31));
    }
    for (int i = 0; i < window.length; i++) {
      window[i] = (float) (.5 - .5 * Math.cos(2 * Math.PI * i / window.length));
    }
    float[] back =
        run(
            (ops, m) -> {
              NDArray w = m.create(window);
              NDArray spectrum =
                  m.create(signal, new Shape(1, length)).stft(400, 100, true, w, false, true);
              return ops.istft(spectrum, w, 400, 100, length);
            });
    assertThat(back).containsExactly(signal, within(1e-5f));
  }

  @Test
  void refusesNumbersThatLibtorchWouldDivideBy() {
    assertThatThrownBy(() -> run((ops, m) -> ops.conv1d(row(m, 1), row(m, 1), 1, 0, 1, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("groups is 0, must be at least 1");
    assertThatThrownBy(
            () -> run((ops, m) -> ops.convTranspose1d(row(m, 1), row(m, 1), 0, 0, 0, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stride is 0");
  }

  @Test
  void aWrongShapeIsAnErrorAndNotACrash() {
    assertThatThrownBy(
            () ->
                scope.call(
                    m -> {
                      NDArray x = row(m, 1, 2);
                      NDArray w = m.create(new float[] {1, 2}, new Shape(1, 2, 1));
                      assertThatThrownBy(() -> engine.ops().conv1d(x, w, 1, 0, 1, 1))
                          .isInstanceOf(EngineException.class);
                      return engine.ops().convTranspose1d(x, w, 1, 0, 0, 1, 3).toFloatArray();
                    }))
        .hasMessageContaining("none.safetensors");
  }

  @Test
  void manyThreadsShareTheOperators() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        float k = t + 1;
        results.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < 300; i++) {
                    float[] y =
                        run(
                            (ops, m) ->
                                ops.convTranspose1d(row(m, 1, k), row(m, k, 2), 1, 0, 0, 1, 1));
                    assertThat(y).containsExactly(k, 2 + k * k, 2 * k);
                  }
                  return true;
                }));
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
