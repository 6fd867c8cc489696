package org.emova4j.wav.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplerTest {
  private static float[] tone(double hertz, int rate, int length) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) Math.sin(2 * Math.PI * hertz * i / rate);
    }
    return samples;
  }

  @ParameterizedTest
  @CsvSource({"44100,16000", "48000,16000", "8000,16000", "16000,22050", "11025,767999"})
  void keepsATone(int in, int out) {
    float[] expected = tone(1000, out, out / 4);
    float[] got = Resampler.toRate(tone(1000, in, in / 4), in, out);

    int edge = out / 50; // the sound begins and ends out of nothing
    for (int i = edge; i < Math.min(expected.length, got.length) - edge; i++) {
      assertThat(got[i]).isCloseTo(expected[i], within(2e-4f));
    }
  }

  @Test
  void silencesWhatTheLowerRateCantHold() {
    float[] got = Resampler.toRate(tone(9000, 48_000, 48_000), 48_000, 16_000);

    for (float sample : Arrays.copyOfRange(got, 400, got.length - 400)) {
      assertThat(sample).isCloseTo(0f, within(1e-4f)); // -80 dB
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,44100,16000",
    "2,44100,16000",
    "44101,44100,16000",
    "7,8000,16000",
    "0,8000,16000"
  })
  void makesAsManySamplesAsPromised(int length, int in, int out) {
    assertThat(Resampler.toRate(new float[length], in, out))
        .hasSize((int) Math.round((double) length * out / in));
  }

  @Test
  void doesntDependOnHowTheInputIsCut() {
    float[] whole = tone(440, 44_100, 100_000);
    Resampler pieces = new Resampler(44_100, 16_000);
    int size = 1;
    for (int from = 0; from < whole.length; from += size, size = 1 + size * 7 % 5003) {
      int to = Math.min(whole.length, from + size);
      pieces.add(Arrays.copyOfRange(whole, from, to), to - from);
    }
    assertThat(pieces.finish()).containsExactly(Resampler.toRate(whole, 44_100, 16_000));
  }
}
