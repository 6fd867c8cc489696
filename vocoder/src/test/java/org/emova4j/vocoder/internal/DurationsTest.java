package org.emova4j.vocoder.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DurationsTest {
  @Test
  void keepsToTheSum() {
    float[] logarithms = new float[100];
    Arrays.fill(logarithms, (float) Math.log(1.4));
    assertThat(Arrays.stream(Durations.round(logarithms)).sum()).isEqualTo(140);
  }

  @Test
  void everyUnitLastsAtLeastOnceAndAtMostASecond() {
    int[] lengths = Durations.round(new float[] {-20, -20, 20, 3, Float.NaN});
    assertThat(Arrays.stream(lengths)).allMatch(n -> n >= 1 && n <= Durations.LONGEST);
    assertThat(lengths[2]).isEqualTo(23); // 25.2 in all, less two that got one each
  }
}
