package org.emova4j.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.emova4j.eval.metric.Bootstrap.Observation;
import org.junit.jupiter.api.Test;

/**
 * Against what the normal distribution predicts, within 10 %, and how often intervals hold the
 * truth.
 */
class BootstrapTest {
  private final Random random = new Random(2);

  private List<Observation<Double>> observations(int clusters, int items, double spread) {
    List<Observation<Double>> made = new ArrayList<>();
    for (int c = 0; c < clusters; c++) {
      double voice = spread * random.nextGaussian();
      for (int i = 0; i < items; i++) {
        made.add(new Observation<>("c" + c, "i" + i, 10 + voice + random.nextGaussian()));
      }
    }
    return made;
  }

  @Test
  void intervalsAreThoseOfTheNormalDistribution() {
    List<Observation<Double>> data = observations(400, 1, 0);
    double mean = data.stream().mapToDouble(Observation::value).average().orElseThrow();
    double squares = data.stream().mapToDouble(o -> Math.pow(o.value() - mean, 2)).sum();
    double half = 1.96 * Math.sqrt(squares / 400) / 20;
    Bootstrap.Estimate estimate = new Bootstrap(3, 4000).mean(data);
    assertThat(estimate.value()).isCloseTo(mean, within(1e-12));
    assertThat(estimate.low()).isCloseTo(mean - half, within(0.1 * half));
    assertThat(estimate.high()).isCloseTo(mean + half, within(0.1 * half));
    assertThat(estimate.items()).isEqualTo(400);
    assertThat(estimate.clusters()).isEqualTo(400);
  }

  @Test
  void intervalsHoldTheTruthAboutAsOftenAsTheySay() {
    int held = 0;
    for (int i = 0; i < 300; i++) {
      Bootstrap.Estimate e = new Bootstrap(i, 200).mean(observations(40, 5, 1));
      held += e.low() <= 10 && 10 <= e.high() ? 1 : 0;
    }
    assertThat(held / 300.0).isBetween(0.90, 0.98);
  }

  @Test
  void itemsOfASpeakerAreNoIndependentEvidence() {
    Bootstrap.Estimate clustered = Bootstrap.DEFAULT.mean(observations(20, 50, 1));
    Bootstrap.Estimate independent = Bootstrap.DEFAULT.mean(observations(1000, 1, 1));
    assertThat(clustered.high() - clustered.low())
        .isGreaterThan(3 * (independent.high() - independent.low()));
  }

  @Test
  void orderDoesNotMatterAndTheSeedDoes() {
    List<Observation<Double>> data = observations(12, 7, 1);
    Bootstrap.Estimate estimate = Bootstrap.DEFAULT.mean(data);
    List<Observation<Double>> shuffled = new ArrayList<>(data);
    Collections.shuffle(shuffled, random);
    assertThat(Bootstrap.DEFAULT.mean(shuffled)).isEqualTo(estimate);
    assertThat(Bootstrap.DEFAULT.mean(data)).isEqualTo(estimate);
    assertThat(new Bootstrap(2, 1000).mean(data).low()).isNotEqualTo(estimate.low());
  }

  @Test
  void pairedDifferencesSayWhatIsNoise() {
    List<Observation<Double>> data = observations(30, 5, 3);
    List<Observation<Double>> same = new ArrayList<>();
    List<Observation<Double>> better = new ArrayList<>();
    for (Observation<Double> o : data) {
      double jitter = 0.3 * random.nextGaussian();
      same.add(new Observation<>(o.cluster(), o.item(), o.value() + jitter));
      better.add(new Observation<>(o.cluster(), o.item(), o.value() + jitter + 0.2));
    }
    better.add(new Observation<>("c0", "only here", 1e6));
    Collections.shuffle(better, random);
    assertThat(Bootstrap.DEFAULT.difference(data, same).noise()).isTrue();
    Bootstrap.Difference difference = Bootstrap.DEFAULT.difference(data, better);
    assertThat(difference.noise()).isFalse();
    assertThat(difference.value()).isBetween(0.1, 0.3);
    assertThat(difference.items()).isEqualTo(150);
    Bootstrap.Difference back = Bootstrap.DEFAULT.difference(better, data);
    assertThat(back.value()).isCloseTo(-difference.value(), within(1e-12));
    assertThat(back.noise()).isFalse();
  }

  @Test
  void figuresOfAllItemsTogether() {
    List<Observation<EditCounts>> sentences =
        List.of(
            new Observation<>("a", "1", new EditCounts(1, 0, 0, 2)),
            new Observation<>("a", "2", new EditCounts(0, 0, 0, 8)),
            new Observation<>("b", "1", new EditCounts(2, 1, 0, 10)));
    Bootstrap.Estimate rate = Bootstrap.DEFAULT.figure(sentences, BootstrapTest::rate);
    assertThat(rate.value()).isEqualTo(0.2); // 4 / 20, not the mean of 1/2, 0 and 3/10
    assertThat(rate.low()).isEqualTo(0.1);
    assertThat(rate.high()).isEqualTo(0.3);
    Bootstrap.Difference none =
        Bootstrap.DEFAULT.difference(sentences, sentences, BootstrapTest::rate);
    assertThat(none).isEqualTo(new Bootstrap.Difference(0, 0, 0, 3, 2));
    assertThat(none.noise()).isTrue();
  }

  private static double rate(List<EditCounts> counts) {
    return counts.stream().reduce(EditCounts.NONE, EditCounts::plus).rate();
  }

  @Test
  void whatIsUndefinedIsLeftOut() {
    Bootstrap.Estimate estimate =
        Bootstrap.DEFAULT.mean(
            List.of(new Observation<>("a", "1", Double.NaN), new Observation<>("a", "2", 3.0)));
    assertThat(estimate.value()).isEqualTo(3);
    assertThat(estimate.items()).isEqualTo(1);
    assertThat(estimate.low()).isNaN();
    assertThat(Bootstrap.DEFAULT.mean(List.of()).value()).isNaN();
    assertThat(Bootstrap.DEFAULT.difference(List.of(), List.of()).noise()).isTrue();
    Observation<Double> twice = new Observation<>("a", "1", 1.0);
    assertThatThrownBy(() -> Bootstrap.DEFAULT.mean(List.of(twice, twice)))
        .hasMessage("cluster a has two items 1");
    assertThatThrownBy(() -> new Bootstrap(1, 5)).hasMessageContaining("resamples 5");
  }
}
