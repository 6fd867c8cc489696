package org.emova4j.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.emova4j.api.unit.Codebook;
import org.junit.jupiter.api.Test;

/** Against figures that were computed by hand, within 1e-6. */
class UnitMetricsTest {
  private static final Offset<Double> EXACT = within(1e-6);

  @Test
  void perfectAndUselessUnits() {
    List<String> phones = List.of("a", "a", "b", "b");
    UnitPhoneTable perfect = UnitPhoneTable.of(new int[] {5, 5, 9, 9}, phones);
    assertThat(perfect.pnmi()).isEqualTo(1, EXACT);
    assertThat(perfect.phonePurity()).isEqualTo(1);
    assertThat(perfect.clusterPurity()).isEqualTo(1);
    UnitPhoneTable useless = UnitPhoneTable.of(new int[] {5, 5, 5, 5}, phones);
    assertThat(useless.pnmi()).isEqualTo(0, EXACT);
    assertThat(useless.phonePurity()).isEqualTo(0.5);
    assertThat(UnitPhoneTable.of(new int[] {1}, List.of("a")).pnmi()).isNaN();
    assertThat(UnitPhoneTable.sum(List.of()).phonePurity()).isNaN();
  }

  @Test
  void pnmiAndPuritiesByHand() {
    // unit 0: a a a b; unit 1: c c; unit 2: a a
    UnitPhoneTable first = UnitPhoneTable.of(new int[] {0, 0, 0, 0}, List.of("a", "a", "b", "a"));
    UnitPhoneTable second = UnitPhoneTable.of(new int[] {2, 1, 1, 2}, List.of("a", "c", "c", "a"));
    UnitPhoneTable table = UnitPhoneTable.sum(List.of(first, second));
    assertThat(table.frames()).isEqualTo(8);
    assertThat(table.count(0, "a")).isEqualTo(3);
    assertThat(table.count(1, "a")).isZero();
    assertThat(table.units()).containsExactly(0, 1, 2);
    assertThat(table.phones()).containsExactly("a", "b", "c");
    // H(phone) = 5/8 log2 8/5 + 1/8 3 + 2/8 2 = 1.298795, H(phone | unit) = 4/8 0.811278 = 0.405639
    assertThat(table.pnmi()).isEqualTo((1.2987949 - 0.4056391) / 1.2987949, EXACT);
    assertThat(table.phonePurity()).isEqualTo(7 / 8.0); // (3 + 2 + 2) / 8
    assertThat(table.clusterPurity()).isEqualTo(6 / 8.0); // a: 3 of unit 0, b: 1, c: 2
  }

  @Test
  void refusesUnitsWithoutPhones() {
    assertThatThrownBy(() -> UnitPhoneTable.of(new int[2], List.of("a")))
        .hasMessage("2 units, 1 phones");
  }

  @Test
  void codebookUseByHand() {
    Codebook codebook = new Codebook("test", 8, Duration.ofMillis(40));
    UnitStatistics s =
        UnitStatistics.of(codebook, List.of(new int[] {1, 1, 1, 2}, new int[] {2, 3, 3, 2}), 0.32);
    assertThat(s.recordings()).isEqualTo(2);
    assertThat(s.units()).isEqualTo(8);
    assertThat(s.reducedUnits()).isEqualTo(5);
    assertThat(s.usedEntries()).isEqualTo(3);
    assertThat(s.codebookUse()).isEqualTo(3 / 8.0);
    assertThat(s.entropyBits()).isEqualTo(2 * 3 / 8.0 * 1.4150375 + 0.5, EXACT); // 3/8, 3/8, 1/4
    assertThat(s.perplexity()).isEqualTo(Math.pow(2, s.entropyBits()), EXACT);
    assertThat(s.unitsPerSecond()).isEqualTo(25, EXACT);
    assertThat(s.reducedUnitsPerSecond()).isEqualTo(15.625, EXACT);
    assertThat(s.bitsPerSecond()).isEqualTo(75, EXACT);
    assertThat(s.reducedBitsPerSecond()).isEqualTo(46.875, EXACT);
    assertThat(s.entropyBitsPerSecond()).isEqualTo(25 * s.entropyBits(), EXACT);
    assertThat(UnitStatistics.reduced(new int[] {7, 7, 7, 3, 3, 7})).containsExactly(7, 3, 7);
    assertThat(UnitStatistics.reduced(new int[0])).isEmpty();
    assertThatThrownBy(() -> UnitStatistics.of(codebook, List.of(new int[] {8}), 1))
        .hasMessage("unit 8 is outside a codebook of size 8");
  }

  @Test
  void wittenBellByHand() {
    NgramModel model = NgramModel.of(2, 4, List.of(new int[] {0, 1, 0, 1, 2}));
    // order 1: (c + 3 / 4) / (5 + 3)
    double p0 = 2.75 / 8;
    assertThat(model.probability(new int[0], 0)).isEqualTo(p0, EXACT);
    assertThat(model.probability(new int[0], 3)).isEqualTo(0.75 / 8, EXACT);
    // after 0: 1 twice; after 1: 0 and 2
    assertThat(model.probability(new int[] {0}, 1)).isEqualTo((2 + 2.75 / 8) / 3, EXACT);
    assertThat(model.probability(new int[] {3, 0}, 3)).isEqualTo(0.75 / 8 / 3, EXACT);
    assertThat(model.probability(new int[] {1}, 0)).isEqualTo((1 + 2 * p0) / 4, EXACT);
    // nothing ever followed 2
    assertThat(model.probability(new int[] {2}, 0)).isEqualTo(p0, EXACT);
    double bits = Math.log(p0 * ((2 + 2.75 / 8) / 3) * ((1 + 2 * p0) / 4)) / Math.log(0.5);
    assertThat(model.crossEntropyBits(List.of(new int[] {0, 1, 0}))).isEqualTo(bits / 3, EXACT);
    assertThat(model.crossEntropyBits(List.of())).isNaN();
  }

  @Test
  void probabilitiesSumToOneAtEveryOrder() {
    Random random = new Random(3);
    List<int[]> units =
        IntStream.range(0, 20).mapToObj(i -> random.ints(50, 0, 6).toArray()).toList();
    for (int order = 1; order <= NgramModel.MAX_ORDER; order++) {
      NgramModel model = NgramModel.of(order, 7, units);
      int[] before = random.ints(10, 0, 6).toArray();
      double sum = IntStream.range(0, 7).mapToDouble(u -> model.probability(before, u)).sum();
      assertThat(sum).as("order %d", order).isEqualTo(1, EXACT);
      assertThat(model.probability(before, 6)).isPositive();
    }
  }

  @Test
  void whatRepeatsIsForeseenAndWhatIsRandomIsNot() {
    int[] cycle = IntStream.range(0, 4_000).map(i -> i % 16).toArray();
    int[] random = new Random(1).ints(20_000, 0, 16).toArray();
    assertThat(NgramModel.of(3, 16, List.of(cycle)).crossEntropyBits(List.of(cycle)))
        .isLessThan(0.02);
    assertThat(NgramModel.of(1, 16, List.of(random)).crossEntropyBits(List.of(random)))
        .isBetween(3.99, 4.01);
    assertThat(NgramModel.of(3, 16, List.of()).crossEntropyBits(List.of(random)))
        .isEqualTo(4, EXACT);
    assertThatThrownBy(() -> NgramModel.of(9, 16, List.of())).hasMessage("order 9 is outside 1..8");
  }

  @Test
  void editsByHand() {
    assertThat(EditCounts.between("kitten".chars().toArray(), "sitting".chars().toArray()))
        .isEqualTo(new EditCounts(2, 0, 1, 6));
    assertThat(EditCounts.between(new int[] {1, 2, 3}, new int[0]))
        .isEqualTo(new EditCounts(0, 3, 0, 3));
    assertThat(EditCounts.between(new int[0], new int[] {4, 4}))
        .isEqualTo(new EditCounts(0, 0, 2, 0));
    assertThat(EditCounts.between(new int[] {1, 2, 3, 4}, new int[] {2, 3, 4, 5}))
        .isEqualTo(new EditCounts(0, 1, 1, 4));
    assertThat(EditCounts.between(List.of("a", "b"), List.of("a", "c", "b")).rate()).isEqualTo(0.5);
    assertThat(new EditCounts(1, 2, 3, 10).plus(new EditCounts(1, 0, 0, 4)))
        .isEqualTo(new EditCounts(2, 2, 3, 14));
    assertThat(EditCounts.NONE.rate()).isNaN();
    assertThat(Distances.edit(new int[] {1, 2}, new int[] {1, 2, 3, 4})).isEqualTo(0.5);
    assertThat(Distances.edit(new int[0], new int[0])).isZero();
  }
}
