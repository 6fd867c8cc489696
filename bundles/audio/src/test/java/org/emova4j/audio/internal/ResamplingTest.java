package org.emova4j.audio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.emova4j.api.audio.Audio;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResamplingTest {
  private static final int[] IN = {8_000, 11_025, 16_000, 22_050, 44_100, 48_000};
  private static final int[] OUT = {16_000, 22_050, 24_000};

  @BeforeAll
  static void load() throws Exception {
    Ffmpeg.load();
  }

  static Stream<Arguments> rates() {
    return IntStream.of(IN)
        .boxed()
        .flatMap(in -> IntStream.of(OUT).mapToObj(out -> Arguments.of(in, out)));
  }

  @ParameterizedTest
  @MethodSource("rates")
  void makesTheExactNumberOfSamples(int in, int out) throws Exception {
    for (int n : new int[] {1, 2, 7, 100, 441, 1_000, 4_095, 8_192, 8_193, 33_333}) {
      Audio audio = Signals.sine(200, 0.5, n, in);
      assertThat(Resampling.toRate(audio, out))
          .as("%d samples", n)
          .hasSize((int) Math.round((double) n * out / in));
    }
  }

  @ParameterizedTest
  @MethodSource("rates")
  void keepsFrequencyLevelAndPhaseOfASine(int in, int out) throws Exception {
    float[] result = Resampling.toRate(Signals.sine(997, 0.5, 2 * in, in), out);
    double[] fit = new double[2];
    double snr = Signals.sineSnr(result, out / 10, 2 * out - out / 10, 997, out, fit);
    System.out.printf("resample %d -> %d: SNR %.1f dB, level %.5f%n", in, out, snr, fit[0]);
    assertThat(snr).isGreaterThan(90);
    assertThat(fit[0]).isCloseTo(0.5, within(0.0005));
    assertThat(fit[1]).isCloseTo(0, within(0.001));
  }

  @ParameterizedTest
  @CsvSource({
    "48000, 16000, 8100",
    "48000, 16000, 8500",
    "48000, 16000, 15000",
    "44100, 16000, 8100",
    "44100, 22050, 11200",
    "48000, 24000, 12200",
    "22050, 16000, 8200",
    "44100, 16001, 8200",
    "192000, 16000, 8200"
  })
  void removesATonesAliasAboveTheNewNyquistFrequency(int in, int out, double hertz)
      throws Exception {
    float[] result = Resampling.toRate(Signals.sine(hertz, 1, in, in), out);
    double level = Signals.decibels(Signals.rms(result, out / 10, out - out / 10) / Math.sqrt(0.5));
    System.out.printf("alias of %.0f Hz, %d -> %d: %.1f dB%n", hertz, in, out, level);
    assertThat(level).isLessThan(-60);
  }

  @ParameterizedTest
  @CsvSource({"48000, 16000", "44100, 16000", "48000, 22050", "16000, 24000", "8000, 16000"})
  void isFlatToNineTenthsOfTheBand(int in, int out) throws Exception {
    double hertz = 0.9 * Math.min(in, out) / 2;
    float[] result = Resampling.toRate(Signals.sine(hertz, 1, in, in), out);
    double level = Signals.decibels(Signals.rms(result, out / 10, out - out / 10) / Math.sqrt(0.5));
    assertThat(level).isCloseTo(0, within(0.1));
  }

  @Test
  void leavesTheSamplesAloneAtTheSameRate() throws Exception {
    Audio audio = Signals.sine(300, 3, 1_000, 16_000);
    assertThat(Resampling.toRate(audio, 16_000)).isEqualTo(audio.samples());
  }

  @Test
  void keepsThePeaksBetweenBlocks() throws Exception {
    // A click in every block, and right at the seams of blocks.
    float[] clicks = new float[40_000];
    for (int i = 8_191; i < clicks.length; i += 8_192) {
      clicks[i] = 1;
    }
    float[] result = Resampling.toRate(Audio.adopt(clicks, 8_000), 16_000);
    for (int i = 8_191; i < clicks.length; i += 8_192) {
      assertThat(result[2 * i]).as("click at %d", i).isCloseTo(1f, within(0.01f));
    }
  }
}
