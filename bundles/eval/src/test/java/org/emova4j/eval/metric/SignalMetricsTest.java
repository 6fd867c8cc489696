package org.emova4j.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.emova4j.api.audio.Audio;
import org.junit.jupiter.api.Test;

/**
 * Against pystoi 0.4.1 (STOI and ESTOI within 0.00001) and NumPy 2.4 with SciPy 1.17 (spectral
 * distances within 0.01 dB), by {@code make_signals.py}, on sounds made here and on recordings.
 */
class SignalMetricsTest {
  private static final double STOI_TOLERANCE = 1e-5;
  private static final double DECIBEL_TOLERANCE = 0.01;

  @Test
  void agreesWithPystoiAndNumpyOnSynthesizedSound() throws Exception {
    List<String> lines =
        Recordings.figures("signals.tsv").stream().filter(l -> l.startsWith("synthetic")).toList();
    assertThat(lines).hasSize(18);
    double[] farthest = new double[2];
    for (String line : lines) {
      int rate = Integer.parseInt(line.split("\t", -1)[1]);
      verify(line, Signals.synthetic(rate), farthest);
    }
    System.out.printf(
        "%d signals: STOI off by %.6f at most, spectral distances by %.4f dB%n",
        lines.size(), farthest[0], farthest[1]);
  }

  @Test
  void agreesWithPystoiAndNumpyOnRecordings() throws Exception {
    Recordings.assumePresent();
    List<String> lines =
        Recordings.figures("signals.tsv").stream().filter(l -> !l.startsWith("synthetic")).toList();
    assertThat(lines).hasSize(24);
    double[] farthest = new double[2];
    for (String line : lines) {
      String[] columns = line.split("\t", -1);
      int rate = Integer.parseInt(columns[1]);
      verify(line, Signals.values(Recordings.decode(columns[0], rate)), farthest);
    }
    System.out.printf(
        "%d signals: STOI off by %.6f at most, spectral distances by %.4f dB%n",
        lines.size(), farthest[0], farthest[1]);
  }

  private static void verify(String line, double[] samples, double[] farthest) {
    String[] columns = line.split("\t", -1);
    int rate = Integer.parseInt(columns[1]);
    Audio clean = Signals.audio(samples, rate);
    Audio disturbed = Signals.audio(Signals.disturbed(samples, columns[2]), rate);
    MelCepstra x = MelCepstra.of(clean);
    MelCepstra y = MelCepstra.of(disturbed);
    WarpingPath path = MelCepstra.align(x, y);
    double[] figures = {
      Intelligibility.stoi(clean, disturbed),
      Intelligibility.estoi(clean, disturbed),
      SpectralDistance.melCepstral(x, y),
      SpectralDistance.logSpectral(clean, disturbed),
      SpectralDistance.melCepstral(x, y, path)
    };
    for (int i = 0; i < figures.length; i++) {
      double expected = Double.parseDouble(columns[3 + i]);
      double off = Math.abs(figures[i] - expected);
      farthest[i < 2 ? 0 : 1] = Math.max(farthest[i < 2 ? 0 : 1], off);
      assertThat(off)
          .as("figure %d of %s: %s", i, line, figures[i])
          .isLessThan(i < 2 ? STOI_TOLERANCE : DECIBEL_TOLERANCE);
    }
  }

  @Test
  void warpingIgnoresTempo() {
    double[] samples = Signals.synthetic(16_000);
    int pause = 8_000; // from 1/3 to 2/3 s there is none but noise
    double[] late = new double[samples.length + 1_600];
    System.arraycopy(samples, 0, late, 0, pause);
    System.arraycopy(samples, pause - 1_600, late, pause, samples.length - pause + 1_600);
    Audio first = Signals.audio(samples, 16_000);
    Audio second = Signals.audio(late, 16_000);
    MelCepstra x = MelCepstra.of(first);
    MelCepstra y = MelCepstra.of(second);
    WarpingPath path = MelCepstra.align(x, y);
    assertThat(SpectralDistance.melCepstral(x, y, path)).isLessThan(0.5);
    assertThat(SpectralDistance.melCepstral(x, y)).isGreaterThan(3);
    assertThat(SpectralDistance.logSpectral(first, second, path)).isLessThan(0.5);
    F0Tracker tracker = new F0Tracker();
    F0Track a = tracker.track(first);
    F0Track b = tracker.track(second);
    assertThat(F0Comparison.along(path, a, b).rmseCents()).isLessThan(10);
    assertThat(F0Comparison.along(path, a, b).correlation()).isGreaterThan(0.999);
    assertThat(F0Comparison.atSameTime(a, b).rmseCents()).isGreaterThan(50);
  }

  @Test
  void silenceHasNoDistance() {
    Audio silence = Audio.of(new float[16_000], 16_000);
    Audio sound = Signals.audio(Signals.synthetic(16_000), 16_000);
    assertThat(SpectralDistance.logSpectral(silence, sound)).isNaN();
    assertThat(SpectralDistance.logSpectral(sound, silence)).isNaN();
    assertThat(SpectralDistance.melCepstral(MelCepstra.of(silence), MelCepstra.of(sound))).isNaN();
    assertThat(Intelligibility.stoi(sound.slice(0, 2_000), sound.slice(0, 2_000))).isNaN();
    assertThat(Intelligibility.stoi(silence, sound)).isNaN();
    assertThat(Intelligibility.estoi(Audio.of(new float[0], 16_000), sound)).isNaN();
  }

  @Test
  void refusesDifferentRates() {
    Audio a = Audio.of(new float[100], 16_000);
    Audio b = Audio.of(new float[100], 8_000);
    assertThatThrownBy(() -> Intelligibility.stoi(a, b))
        .hasMessage("clean speech at 16000 Hz, degraded at 8000 Hz");
  }

  @Test
  void resamplesWithoutAliases() {
    double[] tone = new double[48_000];
    for (int i = 0; i < tone.length; i++) {
      tone[i] =
          Math.sin(2 * Math.PI * 1_000 * i / 48_000) + Math.sin(2 * Math.PI * 9_000 * i / 48_000);
    }
    double[] lower = Resampler.toRate(Signals.audio(tone, 48_000), 10_000);
    assertThat(lower).hasSize(10_000);
    for (int i = 100; i < 9_900; i++) {
      assertThat(lower[i]).isCloseTo(Math.sin(2 * Math.PI * i / 10), within(0.002));
    }
  }

  @Test
  void comparesF0ByHand() {
    F0Track reference = F0Track.of(0.01, 100, 200, 0, 100, 100);
    F0Track other = F0Track.of(0.01, 110, 200, 100, 0, 150, 120);
    F0Comparison c = F0Comparison.atSameTime(reference, other);
    assertThat(c.frames()).isEqualTo(5);
    assertThat(c.bothVoiced()).isEqualTo(3);
    assertThat(c.voicingErrorRatio()).isEqualTo(0.4);
    assertThat(c.grossErrorRatio()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(c.rmseHertz()).isCloseTo(Math.sqrt((100 + 0 + 2500) / 3.0), within(1e-9));
    // intervals of 165.004, 0 and 701.955 cents; the fine ones are the first two
    assertThat(c.medianCents()).isCloseTo(165.004 / 2, within(1e-3));
    assertThat(c.rmseCents())
        .isCloseTo(Math.sqrt((165.004 * 165.004 + 701.955 * 701.955) / 3), within(1e-2));
    assertThatThrownBy(() -> F0Comparison.atSameTime(reference, F0Track.of(0.005, 1)))
        .hasMessage("steps of 0.01 and 0.005 s");
  }

  @Test
  void warpsByHand() {
    double[] a = {1, 2, 2, 5};
    double[] b = {1, 1, 2, 5, 6};
    WarpingPath path = TimeWarping.align(4, 5, (i, j) -> Math.abs(a[i] - b[j]));
    assertThat(path.cost()).isEqualTo(1);
    assertThat(path.length()).isEqualTo(6);
    assertThat(path.meanCost()).isCloseTo(1 / 6.0, within(1e-12));
    assertThat(path.first(0)).isZero();
    assertThat(path.second(0)).isZero();
    assertThat(path.first(5)).isEqualTo(3);
    assertThat(path.second(5)).isEqualTo(4);
    assertThatThrownBy(() -> TimeWarping.align(0, 5, (i, j) -> 0))
        .hasMessageContaining("cannot align 0 with 5 frames");
  }
}
