package org.emova4j.engine.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RealFftTest {
  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32, 64, 512, 1024})
  void agreesWithTheDefinition(int size) {
    double[] x = new Random(1).doubles(size, -1, 1).toArray();
    double[] spectrum = Arrays.copyOf(x, size + 2);
    new RealFft(size).forward(spectrum);
    for (int k = 0; k <= size / 2; k++) {
      double re = 0;
      double im = 0;
      for (int n = 0; n < size; n++) {
        re += x[n] * Math.cos(2 * Math.PI * k * n / size);
        im -= x[n] * Math.sin(2 * Math.PI * k * n / size);
      }
      assertThat(spectrum[2 * k]).isCloseTo(re, within(1e-9));
      assertThat(spectrum[2 * k + 1]).isCloseTo(im, within(1e-9));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 2048, 4096})
  void inverseUndoesForward(int size) {
    double[] x = new Random(2).doubles(size, -1, 1).toArray();
    double[] y = Arrays.copyOf(x, size + 2);
    RealFft fft = new RealFft(size);
    fft.forward(y);
    fft.inverse(y);
    assertThat(Arrays.copyOf(y, size)).containsExactly(x, within(1e-12));
  }

  @Test
  void refusesOtherSizes() {
    assertThatThrownBy(() -> new RealFft(1000)).hasMessageContaining("size 1000");
    assertThatThrownBy(() -> new RealFft(4)).hasMessageContaining("size 4");
  }
}
