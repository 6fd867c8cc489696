package org.emova4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.emova4j.api.speech.InferenceFailedException;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On files that {@code scripts.py} made with PyTorch. */
class ScriptNetworkTest {
  @TempDir private Path folder;

  private static Path script(String name) throws Exception {
    return Path.of(ScriptNetworkTest.class.getResource("/scripts/" + name).toURI());
  }

  private static ScriptNetwork.Output call(int kind) throws Exception {
    try (ScriptNetwork network = TestEngine.get().openScript(script("outputs.pt"))) {
      return network.call(new float[] {kind, -2.5f, 3}, 3);
    }
  }

  @Test
  void readsFloatsOfEveryWidth() throws Exception {
    ScriptNetwork.Output output = call(0);
    assertThat(output.shape()).containsExactly(2, 3);
    assertThat(output.floats()).containsExactly(0, -1.25f, 1.5f, 1, -1.5f, 4);
    assertThat(output.isInteger()).isFalse();
    assertThat(call(2).floats()).containsExactly(2, -2.5f, 3);
    assertThat(call(3).floats()).containsExactly(3, -2.5f, 3);
    assertThat(call(3).shape()).containsExactly(3, 1);
    assertThat(call(15).floats()).containsExactly(15, -2.5f, 3);
    assertThat(call(12).floats()).isEmpty();
  }

  @Test
  void readsIntegersOfEveryWidth() throws Exception {
    assertThat(call(1).integers()).containsExactly(1, -2, 3);
    assertThat(call(1).isInteger()).isTrue();
    assertThat(call(13).integers()).containsExactly(13, -2, 3);
    assertThat(call(16).integers()).hasSize(3).startsWith(16).endsWith(3);
  }

  @ParameterizedTest
  @CsvSource({
    "4, 'it returned (Tensor, Tensor), not a tensor'",
    "5, 'a tensor of complex64, not of floats or integers'",
    "6, copy",
    "7, meta",
    "8, 'more than 268435456 elements'",
    "9, 'a tensor of bool'",
    "10, 'a tensor of the scalar type 12'",
    "11, mat",
    "14, 'not a tensor'",
    "99, 'no such kind'"
  })
  void refusesWhatIsNoDenseTensorOfNumbers(int kind, String reason) {
    assertThatThrownBy(() -> call(kind))
        .isInstanceOf(InferenceFailedException.class)
        .hasMessageContaining("outputs.pt failed on an input of shape [3]: ")
        .hasMessageContaining(reason);
  }

  @Test
  void callsOfAScriptWithStateWaitForEachOther() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (ScriptNetwork network = TestEngine.get().openScript(script("counter.pt"))) {
      List<Future<Float>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        calls.add(threads.submit(() -> network.call(new float[1], 1).floats()[0]));
      }
      List<Float> counts = new ArrayList<>();
      for (Future<Float> call : calls) {
        counts.add(call.get());
      }
      assertThat(counts).doesNotHaveDuplicates().contains(1f, 40f);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void refusesFilesThatAreNoScript() throws Exception {
    Path garbage = Files.writeString(folder.resolve("garbage.pt"), "no script");
    byte[] whole = Files.readAllBytes(script("outputs.pt"));
    Path cut = folder.resolve("cut.pt");
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
    for (Path file : List.of(garbage, cut)) {
      assertThatThrownBy(() -> TestEngine.get().openScript(file))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageContaining(file + " is no TorchScript file that libtorch can load: ");
    }
    assertThatThrownBy(() -> TestEngine.get().openScript(folder.resolve("none.pt")))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("none.pt is missing");
  }

  @Test
  void refusesCallsOnceItIsClosed() throws Exception {
    ScriptNetwork network = TestEngine.get().openScript(script("outputs.pt"));
    network.close();
    assertThatThrownBy(() -> network.call(new float[3], 3))
        .isInstanceOf(ModelUnavailableException.class);
  }
}
