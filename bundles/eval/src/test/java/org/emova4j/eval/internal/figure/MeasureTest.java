package org.emova4j.eval.internal.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.emova4j.eval.Better;
import org.emova4j.eval.Comparison;
import org.emova4j.eval.metric.Bootstrap;
import org.emova4j.eval.metric.Bootstrap.Observation;
import org.junit.jupiter.api.Test;

class MeasureTest {
  private static final Bootstrap BOOTSTRAP = new Bootstrap(1, 200);

  private static Measure<Double> mean(Better better, Measure.Interval interval, double... values) {
    List<Observation<Double>> observations = new java.util.ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      observations.add(new Observation<>("speaker" + i, "item", values[i]));
    }
    return new Measure<>(
        "s",
        "n",
        "l",
        "",
        better,
        interval,
        observations,
        list -> list.stream().mapToDouble(v -> v).average().orElse(Double.NaN));
  }

  @Test
  void jackknifeOfAMeanIsItsStandardError() {
    Bootstrap.Estimate found =
        Measure.jackknife(
            mean(Better.HIGHER, Measure.Interval.JACKKNIFE, 1, 2, 3, 6).observations(),
            list -> list.stream().mapToDouble(v -> v).average().orElseThrow());
    // Deviation of 1, 2, 3, 6 around 3 is sqrt(14 / 3); of the mean of four, half of that.
    double error = 1.959964 * Math.sqrt(14.0 / 3) / 2;
    assertThat(found.value()).isEqualTo(3);
    assertThat(found.low()).isCloseTo(3 - error, within(1e-9));
    assertThat(found.high()).isCloseTo(3 + error, within(1e-9));
    assertThat(found.clusters()).isEqualTo(4);
  }

  @Test
  void callsADifferenceNoiseUnlessItsIntervalLeavesOutZero() {
    for (Measure.Interval interval : Measure.Interval.values()) {
      Measure<Double> first = mean(Better.LOWER, interval, 5, 6, 7, 8, 9);
      Comparison clear =
          first.against("a", "b", mean(Better.LOWER, interval, 4, 5, 6.1, 7, 8), BOOTSTRAP);
      assertThat(clear.verdict()).isEqualTo(Comparison.Verdict.BETTER);
      assertThat(clear.value()).isCloseTo(-0.98, within(1e-9));
      Comparison unclear =
          first.against("a", "b", mean(Better.LOWER, interval, 9, 5, 5, 9, 7.5), BOOTSTRAP);
      assertThat(unclear.verdict()).isEqualTo(Comparison.Verdict.NOISE);
      Comparison worse =
          first.against("a", "b", mean(Better.LOWER, interval, 6, 7, 8, 9, 10.5), BOOTSTRAP);
      assertThat(worse.verdict()).isEqualTo(Comparison.Verdict.WORSE);
    }
  }
}
