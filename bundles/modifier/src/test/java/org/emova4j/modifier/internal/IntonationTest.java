package org.emova4j.modifier.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class IntonationTest {
  private static Changes melody(double shift, double range, double rise) {
    return new Changes(shift, range, rise, 1, 0, 0, 0, 0, 1);
  }

  private static float[] twoPitches() {
    float[] f0 = new float[100];
    for (int t = 0; t < 100; t++) {
      f0[t] = t < 50 ? 100 : 200;
    }
    return f0;
  }

  @Test
  void nothingChangesByFactorOne() {
    Intonation none = new Intonation(twoPitches(), Changes.NONE);
    assertThat(none.at(0.3)).isEqualTo(1);
    assertThat(new Intonation(new float[0], melody(1, 1, 0)).at(0)).isEqualTo(1);
  }

  @Test
  void rangeSpreadsF0AroundItsMean() {
    Intonation wide = new Intonation(twoPitches(), melody(0, 2, 0));
    // the mean is half an octave above 100 Hz
    assertThat(wide.at(0.2)).isCloseTo(1 / Math.sqrt(2), within(1e-5));
    assertThat(wide.at(0.8)).isCloseTo(Math.sqrt(2), within(1e-5));
  }

  @Test
  void unvoicedFramesTakeTheFactorBefore() {
    float[] f0 = twoPitches();
    f0[98] = 0;
    f0[99] = 0;
    Intonation wide = new Intonation(f0, melody(0, 2, 0));
    assertThat(wide.at(0.99)).isEqualTo(wide.at(0.97));
  }

  @Test
  void eachPhraseRisesTowardsItsEnd() {
    float[] f0 = new float[200];
    java.util.Arrays.fill(f0, 0, 80, 120);
    java.util.Arrays.fill(f0, 120, 180, 120); // behind a pause of 400 ms
    Intonation rising = new Intonation(f0, melody(0, 1, Math.log(2)));
    assertThat(rising.at(0.2)).isEqualTo(1);
    assertThat(rising.at(0.79)).isCloseTo(2, within(1e-5));
    assertThat(rising.at(0.59)).isCloseTo(Math.sqrt(2), within(1e-5));
    assertThat(rising.at(1.2)).isEqualTo(1);
    assertThat(rising.at(1.79)).isCloseTo(2, within(1e-5));
  }

  @Test
  void keepsF0WithinWhatAVoiceCanDo() {
    Intonation up = new Intonation(twoPitches(), melody(3, 1, 0));
    assertThat(100 * up.at(0.2)).isCloseTo(Intonation.MOST_HZ, within(0.1));
    Intonation down = new Intonation(twoPitches(), melody(-3, 1, 0));
    assertThat(200 * down.at(0.8)).isCloseTo(Intonation.LEAST_HZ, within(0.1));
  }
}
