package org.emova4j.vocoder.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SynthesizerTest {
  private static float[] golden() {
    float[] harmonic = Fixtures.golden("harmonic");
    float[] noise = Fixtures.golden("noise");
    Synthesizer synthesizer = new Synthesizer(Fixtures.golden("f0"), 0);
    for (int t = 0; t < harmonic.length / 80; t++) {
      float[] row = Arrays.copyOfRange(harmonic, 80 * t, 80 * t + 160);
      System.arraycopy(noise, 80 * t, row, 80, 80);
      synthesizer.add(row);
    }
    return synthesizer.finish();
  }

  @Test
  void soundAgreesWithTheReference() {
    float[] expected = Fixtures.golden("output");
    float peak = 0;
    for (float sample : expected) {
      peak = Math.max(peak, Math.abs(sample));
    }
    float[] actual = golden();
    assertThat(actual).hasSize(expected.length);
    for (int n = 0; n < expected.length; n++) {
      assertThat(actual[n]).isCloseTo(expected[n], within(1e-3f * peak));
    }
  }

  @Test
  void pulsesAgreeWithTheReference() {
    float[] expected = Fixtures.golden("pulses");
    PulseTrain train = new PulseTrain(Fixtures.golden("f0"), 0);
    float[] pulses = new float[expected.length];
    for (int i = 0; i < pulses.length; i++) {
      pulses[i] = train.next();
    }
    // the reference computes sines in single precision; peaks are near 10
    assertThat(pulses).containsExactly(expected, within(2e-2f));
  }

  @Test
  void pulsePowerDoesNotDependOnF0() {
    for (float hertz : new float[] {60, 100, 211, 400}) {
      float[] f0 = new float[100];
      Arrays.fill(f0, hertz);
      PulseTrain train = new PulseTrain(f0, 0);
      double power = 0;
      for (int i = 0; i < 16_000; i++) {
        double sample = train.next();
        power += sample * sample / 16_000;
      }
      // half a cosine's square times rate / F0, over 7600 / F0 cosines
      assertThat(power).isCloseTo(16_000 / (2 * 7600.0), within(0.05));
    }
  }

  @Test
  void jitterChangesPeriodsButNotTheirMean() {
    float[] f0 = new float[500];
    Arrays.fill(f0, 100);
    PulseTrain train = new PulseTrain(f0, 0.03);
    double[] places = new double[600];
    int count = 0;
    float before = 0;
    float rising = 0;
    for (int i = 0; i < 80_000; i++) {
      float sample = train.next();
      if (before > 6 && before >= rising && before > sample) {
        // the peak between samples
        places[count++] = i - 1 + 0.5 * (sample - rising) / (2 * before - sample - rising);
      }
      rising = before;
      before = sample;
    }
    double sum = 0;
    double change = 0;
    for (int p = 2; p < count; p++) {
      double period = places[p] - places[p - 1];
      sum += period;
      change += Math.abs(period - (places[p - 1] - places[p - 2]));
    }
    assertThat(sum / (count - 2)).isCloseTo(160, within(2.0));
    assertThat(change / sum).isCloseTo(0.03, within(0.006));
  }

  @Test
  void noiseIsWhiteAndOfUnitVariance() {
    double mean = 0;
    double power = 0;
    double neighbours = 0;
    double fourth = 0;
    int count = 200_000;
    for (int n = 0; n < count; n++) {
      double x = WhiteNoise.at(n);
      mean += x / count;
      power += x * x / count;
      fourth += x * x * x * x / count;
      neighbours += x * WhiteNoise.at(n + 1L) / count;
    }
    assertThat(mean).isCloseTo(0, within(0.01));
    assertThat(power).isCloseTo(1, within(0.01));
    assertThat(neighbours).isCloseTo(0, within(0.01));
    assertThat(fourth).isBetween(2.5, 3.1); // a Gaussian has 3, a uniform one 1.8
  }

  @Test
  void wantsEveryFrame() {
    Synthesizer synthesizer = new Synthesizer(new float[2], 0);
    synthesizer.add(new float[160]);
    assertThatThrownBy(synthesizer::finish).hasMessageContaining("1 of 2");
    synthesizer.add(new float[160]);
    assertThat(synthesizer.finish()).hasSize(320);
    assertThatThrownBy(() -> synthesizer.add(new float[160])).hasMessageContaining("all 2");
  }
}
