package org.emova4j.vocoder.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.emova4j.api.style.Prosody;
import org.junit.jupiter.api.Test;

class MelodyTest {
  private static LiteStyle style(int index, double value) {
    return LiteStyle.of(Fixtures.style(index, value));
  }

  private static float[] flat(int frames, float value) {
    float[] values = new float[frames];
    Arrays.fill(values, value);
    return values;
  }

  @Test
  void movesTheMeanAndScalesDeviations() {
    float[] f0 = {100, 0, 200, 100, 200};
    LiteStyle style = style(LiteStyle.F0_RANGE, 2);
    float[] moved = Melody.carried(Prosody.of(100, f0, new float[5]), 5, style).f0(5, 1);
    // the source's geometric mean is sqrt(2) * 100; its octave becomes two around 120
    assertThat(moved).containsExactly(new float[] {60, 0, 240, 60, 240}, within(0.01f));
  }

  @Test
  void staysWithinTheRangeOfVoices() {
    LiteStyle style = style(LiteStyle.F0_RANGE, 10);
    float[] f0 = {100, 400};
    assertThat(Melody.carried(Prosody.of(100, f0, new float[2]), 2, style).f0(2, 1))
        .containsExactly(50, 500);
  }

  @Test
  void risesTowardsPausesAndTheEnd() {
    float[] f0 = flat(200, 120);
    Arrays.fill(f0, 80, 110, 0); // a pause of 0.3 s
    Arrays.fill(f0, 150, 160, 0); // too short for one
    LiteStyle style = style(LiteStyle.FINAL_RISE, 12);
    float[] risen = Melody.carried(Prosody.of(100, f0, new float[200]), 200, style).f0(200, 1);
    assertThat(risen[79]).isCloseTo(240, within(0.1f));
    assertThat(risen[59]).isCloseTo(120 * (float) Math.sqrt(2), within(0.1f));
    assertThat(risen[39]).isCloseTo(120, within(0.1f));
    assertThat(risen[110]).isCloseTo(120, within(0.1f));
    assertThat(risen[149]).isCloseTo(120, within(0.1f));
    assertThat(risen[199]).isCloseTo(240, within(0.1f));
    assertThat(risen[100]).isZero();
  }

  @Test
  void contrastScalesTheEnergy() {
    LiteStyle style = style(LiteStyle.ENERGY_CONTRAST, 1.5);
    float[] rows =
        Melody.carried(Prosody.of(100, new float[] {120}, new float[] {-2}), 1, style).rows(0, 1);
    assertThat(rows).containsExactly(new float[] {0, 1, -1}, within(1e-6f));
  }

  @Test
  void anotherFrameRateIsResampled() {
    Prosody prosody = Prosody.of(50, new float[] {100, 110, 0, 0}, new float[] {0, 1, 2, 3});
    Melody melody = Melody.carried(prosody, 8, style(LiteStyle.SPEED, 1));
    float[] rows = melody.rows(0, 8);
    for (int t = 0; t < 7; t++) {
      assertThat(rows[3 * t + 2]).isCloseTo(t / 6f, within(1e-6f));
      assertThat(melody.voiced(t)).isEqualTo(t < 3);
    }
    // halfway between the voiced frames is their geometric mean, which becomes the style's
    assertThat(melody.f0(8, 1)[1]).isCloseTo(120, within(0.01f));
  }

  @Test
  void beyondTheProsodyIsSilence() {
    Melody melody =
        Melody.carried(Prosody.of(100, flat(2, 100), new float[2]), 4, style(LiteStyle.SPEED, 1));
    assertThat(melody.voiced(3)).isFalse();
    assertThat(melody.rows(3, 4)[2]).isCloseTo(-7 / 3f, within(1e-6f));
  }

  @Test
  void speedStretchesTime() {
    float[] f0 = {100, 100, 0, 0, 200, 200};
    Melody melody = Melody.carried(Prosody.of(100, f0, new float[6]), 6, style(LiteStyle.SPEED, 1));
    float[] slow = melody.f0(12, 0.5);
    assertThat(slow[0]).isPositive();
    assertThat(slow[1]).isPositive();
    assertThat(slow[5]).isZero();
    assertThat(slow[6]).isZero();
    assertThat(slow[8]).isCloseTo(2 * slow[0], within(0.01f));
    assertThat(slow[11]).isEqualTo(slow[8]);
  }
}
