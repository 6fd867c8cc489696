package org.emova4j.style.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.emova4j.api.audio.Audio;
import org.emova4j.api.style.Prosody;
import org.junit.jupiter.api.Test;

class LiteProsodyAnalyzerTest {
  private final LiteProsodyAnalyzer analyzer = new LiteProsodyAnalyzer();

  @Test
  void framesCoverWholeUnits() {
    assertThat(analyzer.analyze(Audio.of(new float[0], 16_000)).length()).isZero();
    assertThat(analyzer.analyze(Audio.of(new float[641], 16_000)).length()).isEqualTo(8);
    Prosody prosody = analyzer.analyze(Fixtures.speech());
    assertThat(prosody.length()).isEqualTo(Fixtures.golden("mask").length);
    assertThat(prosody.frameRate()).isEqualTo(100);
  }

  @Test
  void activeSpeechStandsAtZero() {
    float[] energy = analyzer.analyze(Fixtures.speech()).energy();
    float[] mask = Fixtures.golden("mask");
    double sum = 0;
    int count = 0;
    for (int t = 0; t < mask.length; t++) {
      if (mask[t] > 0) {
        sum += energy[t];
        count++;
      }
    }
    // not quite: the floor of the log-mel moves with the level
    assertThat(sum / count).isCloseTo(0, within(0.3));
  }

  @Test
  void melodyDoesNotDependOnLoudness() {
    float[] softer = Fixtures.speech().samples();
    for (int i = 0; i < softer.length; i++) {
      softer[i] *= 0.1f;
    }
    assertThat(analyzer.analyze(Audio.of(softer, 16_000)).f0())
        .containsExactly(analyzer.analyze(Fixtures.speech()).f0(), within(0.05f));
  }

  @Test
  void refusesAnotherRate() {
    assertThatThrownBy(() -> analyzer.analyze(Audio.of(new float[10], 8_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8000");
  }
}
