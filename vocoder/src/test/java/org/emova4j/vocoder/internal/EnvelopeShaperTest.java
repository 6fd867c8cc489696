package org.emova4j.vocoder.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EnvelopeShaperTest {
  private static final double DECIBEL = Math.log(10) / 20;

  private static float[] shaped(int index, double value, float harmonic, float noise) {
    float[] rows = new float[160];
    for (int i = 0; i < 80; i++) {
      rows[i] = harmonic;
      rows[80 + i] = noise;
    }
    new EnvelopeShaper(LiteStyle.of(Fixtures.style(index, value))).apply(rows, 0, true);
    return rows;
  }

  @Test
  void tiltTurnsAroundOneKilohertzWithinItsBounds() {
    float[] rows = shaped(LiteStyle.TILT, 6, 0, 0);
    for (int i = 0; i < 80; i++) {
      double octaves = Math.log(Math.max(1, EnvelopeScale.hertz(i)) / 1000) / Math.log(2);
      double expected = Math.max(-12, Math.min(12, 6 * octaves)) * DECIBEL;
      assertThat((double) rows[i]).isCloseTo(expected, within(1e-5));
      assertThat(rows[80 + i]).isEqualTo(rows[i]);
    }
    assertThat((double) rows[79]).isCloseTo(12 * DECIBEL, within(1e-5));
  }

  @Test
  void energyIsALevelInDecibels() {
    float[] rows = shaped(LiteStyle.ENERGY, -6, 1, -2);
    assertThat(rows[40]).isCloseTo((float) (1 - 6 * DECIBEL), within(1e-5f));
    assertThat(rows[120]).isCloseTo((float) (-2 - 6 * DECIBEL), within(1e-5f));
  }

  @Test
  void breathinessKeepsThePower() {
    float[] rows = shaped(LiteStyle.BREATHINESS, 6, 0, -2);
    assertThat(rows[80] + 2).isCloseTo((float) (6 * DECIBEL), within(1e-5f));
    double before = 1 + Math.exp(-4);
    assertThat(Math.exp(2 * rows[0]) + Math.exp(2 * rows[80])).isCloseTo(before, within(1e-5));
  }

  @Test
  void harmonicsDontVanish() {
    float[] rows = shaped(LiteStyle.BREATHINESS, 30, -5, 0);
    assertThat(rows[0]).isCloseTo(-5 - (float) Math.log(2), within(1e-5f));
  }

  @Test
  void unvoicedFramesKeepTheirBreath() {
    float[] rows = new float[160];
    new EnvelopeShaper(LiteStyle.of(Fixtures.style(LiteStyle.BREATHINESS, 6)))
        .apply(rows, 0, false);
    assertThat(rows).containsOnly(0);
  }

  @Test
  void aNeutralStyleChangesNothing() {
    assertThat(shaped(LiteStyle.TILT, 0, 1.5f, -3)).containsOnly(1.5f, -3);
  }
}
