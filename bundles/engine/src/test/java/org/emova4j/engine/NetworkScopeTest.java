package org.emova4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.emova4j.api.speech.InferenceFailedException;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkScopeTest {
  @TempDir private Path folder;
  private final ExecutorService pool = Executors.newCachedThreadPool();
  private LibTorchEngine engine;
  private Path file;

  @BeforeEach
  void start() throws Exception {
    engine = RealEngine.start(Duration.ofSeconds(30));
    file = folder.resolve("net.safetensors");
    Files.write(
        file,
        new SafetensorsBytes()
            .floats("w", new long[] {2, 2}, 1, 2, 3, 4)
            .shorts("half", "F16", new long[] {2}, 0x3c00, 0xc000)
            .floats("scalar", new long[0], 7)
            .tensor("steps", "I64", new long[] {1}, new byte[8])
            .bytes());
  }

  @AfterEach
  void stop() {
    pool.shutdownNow();
    engine.close();
  }

  @Test
  void multipliesWithAWeight() throws Exception {
    try (NetworkScope scope = engine.open(file)) {
      NDArray w = scope.weight("w", 2, 2);
      scope.freeze();
      float[] y =
          scope.call(m -> m.create(new float[] {1, 10}, new Shape(1, 2)).matMul(w).toFloatArray());
      assertThat(y).containsExactly(31, 42);
    }
  }

  @Test
  void widensHalfWeightsAndReadsScalars() throws Exception {
    try (NetworkScope scope = engine.open(file)) {
      assertThat(scope.weight("half", -1).toFloatArray()).containsExactly(1, -2);
      assertThat(scope.weight("scalar").getFloat()).isEqualTo(7);
      assertThat(scope.weight("w", 2, 2).toFloatArray()).containsExactly(1, 2, 3, 4);
      assertThat(scope.weight("half", 2)).isSameAs(scope.weight("half", -1));
      assertThat(scope.names()).containsExactlyInAnyOrder("w", "half", "scalar", "steps");
      assertThat(scope.shape("w")).containsExactly(2, 2);
    }
  }

  @Test
  void keepsMatricesAsBfloat16() throws Exception {
    Path odd = folder.resolve("odd.safetensors");
    // 1 + 1/256 has nine bits: as bfloat16 it is 1
    Files.write(
        odd, new SafetensorsBytes().floats("w", new long[] {2, 2}, 1 + 1 / 256f, 2, 3, 4).bytes());
    try (NetworkScope scope = engine.open(odd)) {
      NDArray w = scope.bfloat16Weight("w", 2, 2);
      assertThat(scope.bfloat16Weight("w", 2, 2)).isSameAs(w);
      assertThatThrownBy(() -> scope.weight("w", 2, 2)).isInstanceOf(IllegalStateException.class);
      scope.freeze();
      float[] rows =
          scope.call(m -> engine.ops().embedding(m.create(new long[] {1, 0}), w).toFloatArray());
      assertThat(rows).containsExactly(3, 4, 1, 2);
      float[] y =
          scope.call(
              m ->
                  engine
                      .ops()
                      .linear(m.create(new float[] {1, 10}, new Shape(1, 2)), w)
                      .toFloatArray());
      assertThat(y).containsExactly(21, 43);
    }
  }

  @Test
  void readsWeightsOfSeveralFiles() throws Exception {
    Path more = folder.resolve("more.safetensors");
    Files.write(more, new SafetensorsBytes().floats("v", new long[] {1}, 5).bytes());
    try (NetworkScope scope = engine.open(List.of(file, more))) {
      assertThat(scope.weight("v", 1).toFloatArray()).containsExactly(5);
      assertThat(scope.names()).contains("w", "v");
      assertThatThrownBy(() -> scope.weight("u", 1))
          .hasMessageContainingAll("net.safetensors and 1 more", "tensor u");
    }
    assertThatThrownBy(() -> engine.open(List.of(file, file)))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("net.safetensors");
    assertThatThrownBy(() -> engine.open(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void stateOutlivesACallButNotTheScope() throws Exception {
    NetworkScope scope = engine.open(file);
    scope.freeze();
    NetworkState state = scope.openState();
    NDArray cache = scope.call(m -> state.manager().zeros(new Shape(1, 3, 2)));
    scope.call(
        m -> {
          engine.ops().fill(cache, 4, m.create(new float[] {1, 2}));
          return true;
        });
    assertThat(scope.<float[]>call(m -> cache.toFloatArray())).containsExactly(0, 0, 0, 0, 1, 2);
    NetworkState other = scope.openState();
    NDArray kept = scope.call(m -> other.manager().create(1f));
    other.close();
    assertThat(kept.isReleased()).isTrue();
    scope.close();
    assertThat(cache.isReleased()).isTrue();
    state.close();
    assertThatThrownBy(scope::openState).isInstanceOf(ModelUnavailableException.class);
  }

  @Test
  void namesFileTensorAndBothShapes() throws Exception {
    try (NetworkScope scope = engine.open(file)) {
      assertThatThrownBy(() -> scope.weight("w", 2, 3))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageContainingAll("net.safetensors", "tensor w", "[2, 2]", "[2, 3]");
      assertThatThrownBy(() -> scope.weight("w", 4)).isInstanceOf(ModelUnavailableException.class);
      assertThatThrownBy(() -> scope.weight("v", 2, 2))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageContainingAll("net.safetensors", "v");
      assertThatThrownBy(() -> scope.weight("steps", 1))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageContainingAll("net.safetensors", "steps", "I64");
    }
  }

  @Test
  void nothingIsAddedAfterFreezing() throws Exception {
    try (NetworkScope scope = engine.open(file)) {
      NDArray w = scope.weight("w", 2, 2);
      scope.freeze();
      assertThat(scope.weight("w", 2, 2)).isSameAs(w);
      assertThatThrownBy(() -> scope.weight("half", 2)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> scope.call(m -> w.add(m.create(1f)).toFloatArray()))
          .isInstanceOf(InferenceFailedException.class)
          .hasMessageContaining("net.safetensors")
          .hasCauseInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void tenThousandCallsLeaveNothingBehind() throws Exception {
    try (NetworkScope scope = engine.open(file)) {
      NDArray w = scope.weight("w", 2, 2);
      scope.freeze();
      int before = scope.manager().getManagedArrays().size();
      for (int i = 0; i < 10_000; i++) {
        float k = i;
        float y =
            scope.call(m -> m.create(new float[] {k, 0}, new Shape(1, 2)).matMul(w).getFloat(0, 0));
        assertThat(y).isEqualTo(k);
      }
      assertThat(scope.manager().getManagedArrays()).hasSize(before);
      assertThat(scope.manager().toString()).endsWith("Resource size: " + before);
    }
  }

  @Test
  void gradientsAreOffOnEveryThread() throws Exception {
    try (NetworkScope scope = engine.open(file)) {
      scope.freeze();
      boolean gradients =
          pool.submit(
                  () -> {
                    JniUtils.setGradMode(true);
                    return scope.call(
                        m -> {
                          NDArray x = m.create(1f);
                          x.setRequiresGradient(true);
                          return x.mul(x).hasGradient();
                        });
                  })
              .get(30, TimeUnit.SECONDS);
      assertThat(gradients).isFalse();
    }
  }

  @Test
  void everyThreadUsesTheConfiguredNumberOfThreads() throws Exception {
    try (NetworkScope scope = engine.open(file)) {
      scope.freeze();
      assertThat(scope.<Integer>call(m -> JniUtils.getNumThreads())).isEqualTo(1);
      engine.configure(2, Duration.ofSeconds(30), Duration.ZERO, false);
      assertThat(scope.<Integer>call(m -> JniUtils.getNumThreads())).isEqualTo(2);
      assertThat(
              pool.submit(() -> scope.<Integer>call(m -> JniUtils.getNumThreads()))
                  .get(30, TimeUnit.SECONDS))
          .isEqualTo(2);
    }
  }

  @Test
  void translatesFailures() throws Exception {
    try (NetworkScope scope = engine.open(file)) {
      NDArray w = scope.weight("w", 2, 2);
      scope.freeze();
      assertThatThrownBy(() -> scope.call(m -> m.zeros(new Shape(3, 3)).matMul(w).toFloatArray()))
          .isInstanceOf(InferenceFailedException.class)
          .hasMessageContaining("net.safetensors")
          .hasMessageNotContaining("\n")
          .hasCauseInstanceOf(EngineException.class);
      IllegalArgumentException mine = new IllegalArgumentException("units is empty");
      assertThatThrownBy(
              () ->
                  scope.call(
                      m -> {
                        throw mine;
                      }))
          .isSameAs(mine);
    }
  }

  @Test
  void aClosedScopeRefuses() throws Exception {
    NetworkScope scope = engine.open(file);
    scope.close();
    scope.close();
    assertThatThrownBy(() -> scope.call(m -> 1))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("net.safetensors");
    assertThatThrownBy(() -> scope.weight("w", 2, 2)).isInstanceOf(ModelUnavailableException.class);
    assertThat(scope.manager().isOpen()).isFalse();
  }

  @Test
  void closingTheEngineClosesItsScopes() throws Exception {
    NetworkScope scope = engine.open(file);
    engine.close();
    assertThat(scope.manager().isOpen()).isFalse();
    assertThatThrownBy(() -> scope.call(m -> 1))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessage("the engine is closed");
    assertThatThrownBy(() -> engine.open(file)).isInstanceOf(ModelUnavailableException.class);
    scope.close();
  }

  @Test
  void whatARunningCallUsesIsFreedAtItsEnd() throws Exception {
    NetworkScope scope = engine.open(file);
    NDArray w = scope.weight("w", 2, 2);
    scope.freeze();
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    Future<float[]> call =
        pool.submit(
            () ->
                scope.call(
                    m -> {
                      inside.countDown();
                      await(mayGoOn);
                      return m.create(new float[] {1, 0}, new Shape(1, 2)).matMul(w).toFloatArray();
                    }));
    inside.await();
    scope.close();
    assertThatThrownBy(() -> scope.call(m -> 1)).isInstanceOf(ModelUnavailableException.class);
    assertThat(scope.manager().isOpen()).isTrue();
    mayGoOn.countDown();
    assertThat(call.get(30, TimeUnit.SECONDS)).containsExactly(1, 2);
    assertThat(scope.manager().isOpen()).isFalse();
  }

  @Test
  void twelveThreadsSurviveScopesThatComeAndGo() throws Exception {
    List<NetworkScope> current = new ArrayList<>(List.of(open()));
    AtomicBoolean stop = new AtomicBoolean();
    List<Future<Integer>> callers = new ArrayList<>();
    for (int t = 0; t < 12; t++) {
      callers.add(
          pool.submit(
              () -> {
                int done = 0;
                while (!stop.get()) {
                  NetworkScope scope;
                  synchronized (current) {
                    scope = current.get(0);
                  }
                  try {
                    float y = scope.call(m -> twice(scope, m));
                    assertThat(y).isEqualTo(7);
                    done++;
                  } catch (ModelUnavailableException swapped) {
                    // The next round finds the new one.
                  }
                }
                return done;
              }));
    }
    List<NetworkScope> closed = new ArrayList<>();
    for (int swap = 0; swap < 100; swap++) {
      NetworkScope next = open();
      NetworkScope old;
      synchronized (current) {
        old = current.set(0, next);
      }
      old.close();
      closed.add(old);
    }
    stop.set(true);
    for (Future<Integer> caller : callers) {
      assertThat(caller.get(60, TimeUnit.SECONDS)).isPositive();
    }
    assertThat(closed).noneMatch(scope -> scope.manager().isOpen());
  }

  private NetworkScope open() throws ModelUnavailableException {
    NetworkScope scope = engine.open(file);
    scope.weight("w", 2, 2);
    scope.freeze();
    return scope;
  }

  /** (1, 0) W W = (1, 2) W = (7, 10) */
  private static float twice(NetworkScope scope, NDManager m) throws ModelUnavailableException {
    NDArray w = scope.weight("w", 2, 2);
    return m.create(new float[] {1, 0}, new Shape(1, 2)).matMul(w).matMul(w).getFloat(0, 0);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void joinsWeightsOfOneShape() throws Exception {
    try (NetworkScope scope = engine.open(file)) {
      NDArray joined = scope.joined(List.of("w", "w"), 2, 2);
      assertThat(joined.getShape()).isEqualTo(new Shape(4, 2));
      assertThat(joined.toFloatArray()).containsExactly(1, 2, 3, 4, 1, 2, 3, 4);
      assertThatThrownBy(() -> scope.joined(List.of("w", "half"), 2, 2))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageContaining("half");
      scope.freeze();
      assertThatThrownBy(() -> scope.joined(List.of("w", "w"), 2, 2))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMatrixMultipliesWhateverItsLayout(boolean bfloat16) throws Exception {
    Path tall = folder.resolve("tall.safetensors");
    Files.write(
        tall,
        new SafetensorsBytes()
            .floats("a", new long[] {2, 2}, 1, 2, 3, 4)
            .floats("b", new long[] {1, 2}, 5, 6)
            .bytes());
    try (NetworkScope scope = engine.open(tall)) {
      NDArray matrix = scope.matrix(List.of("a", "b"), new int[] {2, 1}, 2, bfloat16);
      NDArray square = scope.matrix(List.of("a"), new int[] {2}, 2, bfloat16);
      assertThatThrownBy(() -> scope.matrix(List.of("a", "b"), new int[] {1, 2}, 2, bfloat16))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageContaining("tensor a");
      scope.freeze();
      assertThat(matrix.getShape()).isEqualTo(new Shape(3, 2));
      assertThat(product(scope, new float[][] {{1, 10}}, matrix)).containsExactly(21, 43, 65);
      assertThat(product(scope, new float[][] {{1, 10}, {0, 1}}, matrix))
          .containsExactly(21, 43, 65, 2, 4, 6);
      assertThat(product(scope, new float[][] {{1, 10}}, square)).containsExactly(21, 43);
    }
  }

  private float[] product(NetworkScope scope, float[][] rows, NDArray matrix)
      throws SpeechException {
    return scope.call(m -> engine.ops().linear(m.create(rows), matrix).toFloatArray());
  }

  @Test
  void whatIsMadeOfWeightsOutlivesThem() throws Exception {
    try (NetworkScope scope = engine.open(file)) {
      AtomicReference<NDArray> seen = new AtomicReference<>();
      NDArray once =
          scope.made(
              List.of("w"),
              w -> {
                seen.set(w);
                return w.add(1);
              },
              2,
              2);
      NDArray twice = scope.made(List.of("w", "w"), w -> w.mul(2), 2, 2);
      assertThatThrownBy(() -> seen.get().toFloatArray()).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> scope.made(List.of("w"), w -> w.mul(2), 2, 3))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageContaining("[2, 3]");
      scope.freeze();
      assertThat(once.toFloatArray()).containsExactly(2, 3, 4, 5);
      assertThat(twice.toFloatArray()).containsExactly(2, 4, 6, 8, 2, 4, 6, 8);
      assertThat(scope.manager().getManagedArrays()).containsExactlyInAnyOrder(once, twice);
      assertThatThrownBy(() -> scope.made(List.of("w"), w -> w.mul(2), 2, 2))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void partsAreReadOnceAtOnceOrAtFirstUse(boolean late) throws Exception {
    engine.configure(1, Duration.ofSeconds(30), Duration.ZERO, late);
    try (NetworkScope scope = engine.open(file)) {
      List<NDArray> read = new ArrayList<>();
      NetworkParts<NDArray> parts =
          scope.parts(
              () -> {
                read.add(scope.weight("w", 2, 2));
                return read.get(0);
              });
      assertThat(read).hasSize(late ? 0 : 1);
      assertThat(parts.get()).isSameAs(parts.get()).isSameAs(read.get(0));
      assertThat(read).hasSize(1);
      assertThatThrownBy(() -> scope.weight("half", 2)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void partsThatCannotBeReadSaySoEachTime() throws Exception {
    NetworkScope scope = engine.open(file);
    NetworkParts<NDArray> parts = scope.lateParts(() -> scope.weight("w", 3, 3));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(parts::get)
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageContaining("tensor w has shape [2, 2], expected [3, 3]");
    }
    assertThatThrownBy(() -> scope.call(m -> 0)).isInstanceOf(ModelUnavailableException.class);
    assertThatThrownBy(() -> engine.open(file).parts(() -> scope.weight("w", 2, 2)))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("closed");
  }
}
