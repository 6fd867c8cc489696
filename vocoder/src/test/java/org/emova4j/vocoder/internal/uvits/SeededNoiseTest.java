package org.emova4j.vocoder.internal.uvits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeededNoiseTest {
  @Test
  void isNormalAndNeighboursAreIndependent() {
    NoiseSource noise = new SeededNoise(7);
    int frames = 500;
    int channels = 192;
    double sum = 0;
    double squares = 0;
    double fourth = 0;
    double acrossFrames = 0;
    double acrossChannels = 0;
    for (int t = 0; t < frames; t++) {
      for (int c = 0; c < channels; c++) {
        double x = noise.frame(t, c);
        sum += x;
        squares += x * x;
        fourth += x * x * x * x;
        acrossFrames += x * noise.frame(t + 1, c);
        acrossChannels += x * noise.frame(t, c + 1);
      }
    }
    double count = (double) frames * channels;
    assertThat(sum / count).isCloseTo(0, within(0.02));
    assertThat(squares / count).isCloseTo(1, within(0.02));
    assertThat(fourth / count).isCloseTo(3, within(0.15));
    assertThat(acrossFrames / count).isCloseTo(0, within(0.02));
    assertThat(acrossChannels / count).isCloseTo(0, within(0.02));
  }

  @Test
  void everyPlaceAndSeedHasItsOwn() {
    Set<Float> seen = new HashSet<>();
    for (long seed : new long[] {0, 1, -1, Long.MIN_VALUE}) {
      NoiseSource noise = new SeededNoise(seed);
      for (int i = 0; i < 20; i++) {
        seen.add(noise.duration(0, i));
        seen.add(noise.duration(1, i));
        seen.add(noise.frame(i, 0));
        seen.add(noise.frame(i, 1));
      }
    }
    assertThat(seen).hasSize(4 * 20 * 4);
  }
}
