package org.emova4j.modifier.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.emova4j.api.audio.Audio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpeechBandTest {
  private static Audio tone(double hertz, int rate) {
    float[] samples = new float[rate];
    for (int i = 0; i < rate; i++) {
      samples[i] = (float) Math.sin(2 * Math.PI * hertz * i / rate);
    }
    return Audio.adopt(samples, rate);
  }

  @ParameterizedTest
  @ValueSource(ints = {8_000, 11_025, 16_000, 44_100, 48_000})
  void keepsTonesInPlace(int rate) {
    float[] band = SpeechBand.of(tone(440, rate));
    assertThat(band).hasSize(16_000);
    for (int i = 500; i < 15_500; i++) {
      assertThat(band[i])
          .isCloseTo((float) Math.sin(2 * Math.PI * 440 * i / 16_000), within(0.01f));
    }
  }

  @Test
  void foldsNothingDown() {
    float[] band = SpeechBand.of(tone(11_000, 48_000));
    for (int i = 500; i < 15_500; i++) {
      assertThat(band[i]).isCloseTo(0, within(0.005f));
    }
  }
}
