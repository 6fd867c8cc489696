package org.emova4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.emova4j.api.speech.ModelUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptWeightsTest {
  @TempDir private Path folder;
  private LibTorchEngine engine;
  private Path file;

  @BeforeEach
  void start() throws Exception {
    engine = RealEngine.start(Duration.ofSeconds(30));
    file = write(1, 2);
  }

  @AfterEach
  void stop() {
    engine.close();
  }

  private Path write(float... values) throws Exception {
    Path next = folder.resolve("next");
    Files.write(
        next, new SafetensorsBytes().floats("w", new long[] {values.length}, values).bytes());
    // A rename, as an installation does it: whoever has the old one open goes on reading that.
    return Files.move(next, folder.resolve("w.safetensors"), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void theSuccessorReadsNothingAgain() throws Exception {
    NetworkScope first = engine.openShared(file);
    NDArray old = first.weight("w", 2);
    // What only shared memory shows: a write through the one handle, seen through the other.
    old.addi(10);
    first.freeze();
    first.close();
    assertThat(old.isReleased()).isTrue();
    try (NetworkScope second = engine.openShared(file)) {
      assertThat(second.weight("w", 2).toFloatArray()).containsExactly(11, 12);
    }
    assertThat(engine.kept().size()).isEqualTo(1);
  }

  @Test
  void networksThatAreThereTogetherShareAndFreeOnTheirOwn() throws Exception {
    NetworkScope blue = engine.openShared(file);
    NetworkScope green = engine.openShared(file);
    blue.weight("w", 2);
    NDArray w = green.weight("w", 2);
    blue.close();
    assertThat(w.toFloatArray()).containsExactly(1, 2);
    green.freeze();
    float y = green.call(m -> m.create(new float[] {3, 4}, new Shape(2)).mul(w).sum().getFloat());
    assertThat(y).isEqualTo(11);
    green.close();
  }

  @Test
  void anotherFileOfThatNameIsAnother() throws Exception {
    NetworkScope first = engine.openShared(file);
    first.weight("w", 2);
    write(5, 6, 7);
    try (NetworkScope second = engine.openShared(file)) {
      assertThat(second.weight("w", 3).toFloatArray()).containsExactly(5, 6, 7);
      assertThat(first.weight("w", 2).toFloatArray()).containsExactly(1, 2);
    }
    first.close();
  }

  @Test
  void whatNobodyComesBackForIsFreed() throws Exception {
    engine.configure(1, Duration.ofSeconds(30), Duration.ofMillis(50), false);
    NetworkScope scope = engine.openShared(file);
    scope.weight("w", 2);
    scope.close();
    assertThat(engine.kept().size()).isEqualTo(1);
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (engine.kept().size() > 0) {
      assertThat(System.nanoTime()).as("the weights are still there").isLessThan(deadline);
      Thread.sleep(5); // nothing tells when
    }
    engine.configure(1, Duration.ofSeconds(30), Duration.ZERO, false);
    engine.openShared(file).close();
    assertThat(engine.kept().size()).isZero();
  }

  @Test
  void whatIsNotSharedIsNotKept() throws Exception {
    try (NetworkScope scope = engine.open(file)) {
      scope.weight("w", 2).addi(10);
    }
    assertThat(engine.kept().size()).isZero();
    try (NetworkScope scope = engine.open(file)) {
      assertThat(scope.weight("w", 2).toFloatArray()).containsExactly(1, 2);
    }
  }

  @Test
  void theEngineFreesThemAll() throws Exception {
    NetworkScope open = engine.openShared(file);
    open.weight("w", 2);
    engine.close();
    assertThat(engine.kept().size()).isZero();
    open.close();
    assertThatThrownBy(() -> engine.openShared(file)).isInstanceOf(ModelUnavailableException.class);
  }
}
