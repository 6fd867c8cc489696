package org.emova4j.vocoder.internal.uvits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.emova4j.api.speech.InferenceFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimingTest {
  @Test
  void predictedDurationsAreRoundedUpAfterScaling() throws Exception {
    float[] logarithms = {0, (float) Math.log(2.2), (float) Math.log(0.3)};
    assertThat(Timing.predicted(logarithms, 1, 100)).containsExactly(1, 3, 1);
    assertThat(Timing.predicted(logarithms, 2, 100)).containsExactly(2, 5, 1);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 88, 50, 4.7f})
  void durationsThatExplodeAreRefused(float logarithm) {
    assertThatThrownBy(() -> Timing.predicted(new float[] {0, logarithm}, 1, 100))
        .isInstanceOf(InferenceFailedException.class)
        .hasMessageContaining("unit 1")
        .hasMessageContaining("limit is 100");
  }

  @Test
  void durationsThatVanishLeaveOneFrame() throws Exception {
    int[] frames = Timing.predicted(new float[] {-200, -200}, 1, 100);
    assertThat(frames).containsExactly(0, 0);
    assertThat(Timing.sum(frames)).isEqualTo(1);
  }

  @Test
  void imposedDurationsKeepToTheGivenTime() {
    int[] runs = IntStream.range(0, 500).map(i -> 1 + i % 7).toArray();
    double framesPerRun = 0.04 * 22_050 / 256;
    int[] frames = Timing.imposed(runs, framesPerRun);
    double given = 0;
    int reached = 0;
    for (int i = 0; i < runs.length; i++) {
      given += runs[i] * framesPerRun;
      reached += frames[i];
      assertThat((double) reached).isBetween(given - 0.51, given + 1);
      assertThat(frames[i]).isPositive();
    }
    assertThat(reached).isEqualTo((int) Math.ceil(given));
  }

  @Test
  void wholeNumbersOfFramesStayWhole() {
    assertThat(Timing.imposed(new int[] {1, 2, 3}, 5)).containsExactly(5, 10, 15);
  }
}
