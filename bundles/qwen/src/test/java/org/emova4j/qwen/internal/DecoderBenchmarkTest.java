package org.emova4j.qwen.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.emova4j.api.measure.Benchmark;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.Test;

class DecoderBenchmarkTest {
  private static final QwenConfig TINY =
      new QwenConfig(64, 2, 4, 2, 16, 96, 300, 1e-6, 1e6, true, 1024, Set.of());

  @Test
  void measuresBothPrecisionsAgainstTheMemory() throws Exception {
    List<String> progress = new ArrayList<>();
    List<Benchmark.Figure> figures =
        new DecoderBenchmark(TestEngine.get(), TINY, 1 << 20, 4).measure(progress::add);
    assertThat(figures)
        .extracting(Benchmark.Figure::name)
        .contains(
            "memory.gigabytesPerSecond",
            "llm.float32.tokensPerSecond",
            "llm.bfloat16.tokensPerSecond",
            "llm.bfloat16.shareOfLimit");
    assertThat(figures).allSatisfy(f -> assertThat(f.value()).isPositive().isFinite());
    assertThat(progress).isNotEmpty();
  }

  @Test
  void hasTheShapeOfHalfABillionParameters() {
    assertThat(RandomWeights.parameters(DecoderBenchmark.HALF_BILLION)).isEqualTo(494_032_768L);
  }
}
