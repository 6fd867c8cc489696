package org.emova4j.modifier.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.emova4j.api.audio.Audio;
import org.junit.jupiter.api.Test;

class RecordingTest {
  @Test
  void wholePlacesGiveTheSamplesLessTheirMean() {
    Recording recording = new Recording(Audio.of(new float[] {1, 2, 6}, 16_000));
    float[] read = new float[6];
    recording.read(-1, 6, read);

    assertThat(recording.mean()).isEqualTo(3);
    assertThat(recording.peak()).isEqualTo(6);
    assertThat(read).containsExactly(0, -2, -1, 3, 0, 0);
    recording.read(1 - 1e-9, 2, read);
    assertThat(read).startsWith(-1, 3);
    recording.read(1e12, 2, read);
    assertThat(read).startsWith(0, 0);
  }

  @Test
  void readsBetweenSamples() {
    float[] tone = new float[400];
    for (int i = 0; i < tone.length; i++) {
      tone[i] = (float) Math.sin(2 * Math.PI * 3000 * i / 16_000);
    }
    float[] read = new float[100];
    new Recording(Audio.of(tone, 16_000)).read(100.3, 100, read);
    for (int i = 0; i < 100; i++) {
      double expected = Math.sin(2 * Math.PI * 3000 * (100.3 + i) / 16_000);
      assertThat((double) read[i]).isCloseTo(expected, within(5e-3));
    }
  }
}
