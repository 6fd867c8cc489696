package org.emova4j.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void medianAndRangeDoNotDependOnOrder() {
    assertThat(Figures.of(List.of(3.0, 1.0, 2.0)).show(1)).isEqualTo("2.0 (1.0..3.0)");
    assertThat(new Figures(4, 1, 2, 3).median()).isEqualTo(2.5);
    assertThat(new Figures(10, 20).dividedBy(10).facts())
        .containsEntry("median", 1.5)
        .containsEntry("runs", 2);
    assertThatThrownBy(Figures::new).hasMessage("values is empty");
  }

  @Test
  void speechIsRepeatedToTheLengthThatIsWanted() throws Exception {
    assertThat(BenchCommand.repeat(List.of(new float[] {1, 2}, new float[] {3}), 7))
        .containsExactly(1, 2, 3, 1, 2, 3, 1);
    assertThatThrownBy(() -> BenchCommand.repeat(List.of(new float[0]), 7))
        .isInstanceOf(FailedException.class);
  }
}
