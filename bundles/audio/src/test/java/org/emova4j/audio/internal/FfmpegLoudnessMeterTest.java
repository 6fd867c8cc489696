package org.emova4j.audio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import org.emova4j.api.audio.Audio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FfmpegLoudnessMeterTest {
  private static OptionalDouble loudness(Audio... sides) throws Exception {
    return new FfmpegLoudnessMeter().integrated(List.of(sides));
  }

  private static float[] sine(double decibels, double seconds, int rate) {
    float[] samples = new float[(int) Math.round(seconds * rate)];
    double amplitude = Math.pow(10, decibels / 20);
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (amplitude * Math.sin(2 * Math.PI * 997 * i / rate));
    }
    return samples;
  }

  /** BS.1770-4: a 997 Hz sine at 0 dBFS in one front channel reads -3.01 LKFS. */
  @ParameterizedTest
  @ValueSource(ints = {8_000, 16_000, 44_100, 48_000})
  void aSineReadsAsTheRecommendationSays(int rate) throws Exception {
    assertThat(loudness(Audio.of(sine(-20, 5, rate), rate)).getAsDouble())
        .isCloseTo(-23.01, within(0.1));
  }

  /** EBU Tech 3341, case 3 in one channel: the quiet parts are gated out. */
  @Test
  void quietPartsDoNotCount() throws Exception {
    int rate = 48_000;
    float[] samples = new float[rate * 80];
    System.arraycopy(sine(-36, 10, rate), 0, samples, 0, rate * 10);
    System.arraycopy(sine(-23, 60, rate), 0, samples, rate * 10, rate * 60);
    System.arraycopy(sine(-36, 10, rate), 0, samples, rate * 70, rate * 10);
    assertThat(loudness(Audio.of(samples, rate)).getAsDouble()).isCloseTo(-26.01, within(0.1));
  }

  /** The energies of both sides add up. */
  @Test
  void twoSidesAreLouderThanOne() throws Exception {
    Audio side = Audio.of(sine(-20, 5, 48_000), 48_000);
    assertThat(loudness(side, side).getAsDouble()).isCloseTo(-20, within(0.1));
  }

  @Test
  void silenceAndClicksHaveNone() throws Exception {
    assertThat(loudness(Audio.of(new float[48_000], 48_000))).isEmpty();
    assertThat(loudness(Audio.of(sine(0, 0.3, 48_000), 48_000))).isEmpty();
    assertThat(loudness(Audio.of(new float[0], 48_000))).isEmpty();
  }
}
