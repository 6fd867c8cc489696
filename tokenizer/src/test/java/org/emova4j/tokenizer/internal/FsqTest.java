package org.emova4j.tokenizer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FsqTest {
  @Test
  void packsTheFirstDimensionLeastSignificant() {
    // far below and above the bounds: digits 0 and 7; the middle, -tanh's shift, gives digit 4
    assertThat(Fsq.quantise(new float[] {-9, -9, -9, -9})).containsExactly(0);
    assertThat(Fsq.quantise(new float[] {9, -9, -9, -9})).containsExactly(7);
    assertThat(Fsq.quantise(new float[] {-9, 9, -9, -9})).containsExactly(7 * 8);
    assertThat(Fsq.quantise(new float[] {9, 9, 9, 9})).containsExactly(4095);
    assertThat(Fsq.quantise(new float[] {0, 0, 0, 0})).containsExactly(4 * (1 + 8 + 64 + 512));
  }

  @Test
  void codesAreDigitsAsValues() {
    assertThat(Fsq.codes(0)).containsExactly(-1, -1, -1, -1);
    assertThat(Fsq.codes(7 + 3 * 8)).containsExactly(0.75f, -0.25f, -1, -1);
  }

  @Test
  void everyUnitSurvivesItsCode() {
    int[] all = IntStream.range(0, Fsq.SIZE).toArray();
    float[] z = Fsq.codes(all);
    double half = 7 * (1 - 1e-3) / 2;
    double shift = atanh(0.5 / half);
    for (int i = 0; i < z.length; i++) {
      double bounded = Math.max(-0.999999, Math.min(0.999999, (z[i] * 4 + 0.5) / half));
      z[i] = (float) (atanh(bounded) - shift);
    }
    assertThat(Arrays.equals(Fsq.quantise(z), all)).isTrue();
  }

  private static double atanh(double x) {
    return 0.5 * Math.log((1 + x) / (1 - x));
  }
}
