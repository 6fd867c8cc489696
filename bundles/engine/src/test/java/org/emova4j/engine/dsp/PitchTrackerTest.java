package org.emova4j.engine.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PitchTrackerTest {
  private static float[] track(float[] wave) {
    return new PitchTracker(PitchSettings.SPEECH).track(FloatBuffer.wrap(wave), wave.length / 160);
  }

  /** Ten harmonics, falling by 6 dB an octave. */
  private static float[] voice(double from, double to, int samples) {
    float[] wave = new float[samples];
    double phase = 0;
    for (int i = 0; i < samples; i++) {
      phase += (from + (to - from) * i / samples) / 16_000;
      for (int h = 1; h <= 10; h++) {
        wave[i] += (float) (0.1 / h * Math.cos(2 * Math.PI * h * phase));
      }
    }
    return wave;
  }

  @ParameterizedTest
  @ValueSource(doubles = {75, 120, 233, 440})
  void findsAConstantF0(double hertz) {
    float[] f0 = track(voice(hertz, hertz, 16_000));
    for (int t = 5; t < 95; t++) {
      assertThat((double) f0[t]).isCloseTo(hertz, within(hertz * 0.002));
    }
  }

  @Test
  void followsAGlide() {
    float[] f0 = track(voice(100, 300, 16_000));
    for (int t = 5; t < 95; t++) {
      assertThat((double) f0[t]).isCloseTo(100 + 2 * t, within(3.0));
    }
  }

  @Test
  void silenceAndNoiseAreUnvoiced() {
    assertThat(track(new float[16_000])).containsOnly(0);
    Random random = new Random(1);
    float[] noise = new float[16_000];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) (0.1 * random.nextGaussian());
    }
    int voiced = 0;
    for (float hertz : track(noise)) {
      voiced += hertz > 0 ? 1 : 0;
    }
    assertThat(voiced).isLessThanOrEqualTo(5);
  }

  @Test
  void aPauseIsUnvoiced() {
    float[] wave = voice(150, 150, 16_000);
    java.util.Arrays.fill(wave, 6400, 9600, 0);
    float[] f0 = track(wave);
    for (int t = 44; t < 56; t++) {
      assertThat(f0[t]).isZero();
    }
    assertThat(f0[30]).isCloseTo(150, within(0.5f));
    assertThat(f0[70]).isCloseTo(150, within(0.5f));
  }

  @Test
  void loudnessDoesNotMatter() {
    float[] wave = voice(100, 200, 8_000);
    float[] loud = wave.clone();
    for (int i = 0; i < loud.length; i++) {
      loud[i] *= 8;
    }
    assertThat(track(loud)).containsExactly(track(wave), within(0.01f));
  }
}
