package org.emova4j.engine.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class LogMelTest {
  private static float[] tone(int samples, double hertz, double amplitude) {
    float[] x = new float[samples];
    for (int i = 0; i < samples; i++) {
      x[i] = (float) (amplitude * Math.sin(2 * Math.PI * hertz * i / LogMel.SAMPLE_RATE));
    }
    return x;
  }

  @Test
  void coversTheEndWithAWholeUnit() {
    assertThat(LogMel.of(FloatBuffer.allocate(0)).frames()).isZero();
    assertThat(LogMel.of(FloatBuffer.allocate(1)).frames()).isEqualTo(4);
    assertThat(LogMel.of(FloatBuffer.allocate(640)).frames()).isEqualTo(4);
    assertThat(LogMel.of(FloatBuffer.allocate(641)).frames()).isEqualTo(8);
  }

  @Test
  void silenceStandsAtTheFloor() {
    LogMel mel = LogMel.of(FloatBuffer.allocate(16_000));
    assertThat(mel.energy()).hasSize(100).containsOnly((float) Math.log(1e-5));
  }

  @Test
  void aToneStandsInItsBand() {
    LogMel mel = LogMel.of(FloatBuffer.wrap(tone(16_000, 1000, 0.5)));
    float[] row = mel.scaled(50, 51);
    int loudest = 0;
    for (int b = 1; b < LogMel.BANDS; b++) {
      loudest = row[b] > row[loudest] ? b : loudest;
    }
    // 1000 Hz is at 1000 of 2840 mel, 81 steps: between the centres of bands 27 and 28
    assertThat(loudest).isBetween(27, 28);
  }

  @Test
  void loudnessIsTakenOut() {
    float[] loud = LogMel.of(FloatBuffer.wrap(tone(16_000, 300, 0.9))).scaled(0, 100);
    float[] soft = LogMel.of(FloatBuffer.wrap(tone(16_000, 300, 0.3))).scaled(0, 100);
    // not wholly: the level is taken where the floor still cuts off what is very soft
    assertThat(soft[50 * LogMel.BANDS + 8]).isCloseTo(loud[50 * LogMel.BANDS + 8], within(1.1f));
  }

  @Test
  void readsOnlyWhatRemainsInTheBuffer() {
    float[] x = tone(3200, 200, 0.5);
    float[] padded = new float[5000];
    System.arraycopy(x, 0, padded, 700, x.length);
    LogMel part = LogMel.of(FloatBuffer.wrap(padded, 700, x.length));
    assertThat(part.scaled(0, 20)).isEqualTo(LogMel.of(FloatBuffer.wrap(x)).scaled(0, 20));
  }

  @Test
  void activeLevelIsTheMeanNearTheTop() {
    float[] energy = new float[101];
    java.util.Arrays.fill(energy, -10);
    energy[3] = -2;
    energy[4] = -2;
    energy[5] = -4;
    // position 99 of the sorted 101 holds -2, so the threshold is -5
    assertThat(LogMel.activeThreshold(energy)).isCloseTo(-5, within(1e-9));
    assertThat(LogMel.activeLevel(energy)).isCloseTo(-8 / 3.0, within(1e-9));
    assertThatThrownBy(() -> LogMel.activeLevel(new float[0])).hasMessageContaining("no frames");
  }
}
