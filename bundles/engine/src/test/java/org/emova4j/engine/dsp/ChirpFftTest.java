package org.emova4j.engine.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChirpFftTest {
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 8, 12, 25, 400, 401, 1200, 1536})
  void isTheSumThatDefinesIt(int size) {
    Random random = new Random(size);
    double[] x = random.doubles(size + 2, -1, 1).toArray();
    double[] spectrum = x.clone();
    new ChirpFft(size).forward(spectrum);
    for (int k = 0; k <= size / 2; k++) {
      double re = 0;
      double im = 0;
      for (int n = 0; n < size; n++) {
        double angle = 2 * Math.PI * ((long) k * n % size) / size;
        re += x[n] * Math.cos(angle);
        im -= x[n] * Math.sin(angle);
      }
      assertThat(spectrum[2 * k]).isCloseTo(re, within(1e-9 * size));
      assertThat(spectrum[2 * k + 1]).isCloseTo(im, within(1e-9 * size));
    }
  }

  @Test
  void refusesOtherSizes() {
    assertThatThrownBy(() -> new ChirpFft(1)).hasMessage("size 1 is outside 2..2^18");
    assertThatThrownBy(() -> new ChirpFft((1 << 18) + 1)).hasMessageContaining("262145");
  }
}
