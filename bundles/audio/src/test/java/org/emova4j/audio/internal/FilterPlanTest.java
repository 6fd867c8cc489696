package org.emova4j.audio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterPlanTest {
  @ParameterizedTest
  @CsvSource({
    "44100, 16000, 8", // 160 phases
    "48000, 16000, 1", // 1 phase
    "48000, 22050, 8", // 147 phases
    "11025, 16000, 10", // 640 phases
    "4410, 16000, 11" // 1600 phases
  })
  void hasAFilterForEveryOutputSampleAtUsualRates(int in, int out, int shift) {
    assertThat(FilterPlan.of(in, out)).isEqualTo(new FilterPlan(128, shift, true));
  }

  @Test
  void interpolatesBetweenFiltersAtOddRates() {
    assertThat(FilterPlan.of(44_100, 16_001)).isEqualTo(new FilterPlan(128, 10, false));
  }

  @Test
  void boundsTheTableAtExtremeRates() {
    for (int in : new int[] {1_000, 1_001, 767_999, 2_822_400, 2_822_399}) {
      for (int out : new int[] {1_000, 1_001, 16_000, 22_050, 768_000, 767_999}) {
        FilterPlan plan = FilterPlan.of(in, out);
        double taps = plan.filterSize() * Math.max(1.0, (double) in / out);
        assertThat(taps * (1 << plan.phaseShift())).isLessThan(60e6);
        assertThat(plan.filterSize()).isGreaterThanOrEqualTo(16);
      }
    }
  }
}
