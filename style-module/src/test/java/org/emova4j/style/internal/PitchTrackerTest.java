package org.emova4j.style.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.emova4j.engine.dsp.PitchSettings;
import org.emova4j.engine.dsp.PitchTracker;
import org.junit.jupiter.api.Test;

class PitchTrackerTest {
  @Test
  void agreesWithPraatOnSpeech() {
    float[] expected = Fixtures.golden("f0");
    float[] actual =
        new PitchTracker(PitchSettings.SPEECH).track(Fixtures.speech().buffer(), expected.length);
    int agree = 0;
    int both = 0;
    int gross = 0;
    for (int t = 0; t < expected.length; t++) {
      agree += expected[t] > 0 == actual[t] > 0 ? 1 : 0;
      if (expected[t] > 0 && actual[t] > 0) {
        both++;
        gross += Math.abs(Math.log(actual[t] / expected[t])) > Math.log(1.2) ? 1 : 0;
      }
    }
    assertThat(agree).isGreaterThan(expected.length * 95 / 100);
    assertThat(both).isGreaterThan(60);
    assertThat(gross).isLessThanOrEqualTo(both * 2 / 100);
  }
}
