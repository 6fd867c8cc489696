package org.emova4j.vocoder.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.testing.FormulaWeights;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiteVocoderTest extends VocoderContract {
  @TempDir private static Path folder;
  private static VocoderNetwork network;

  @BeforeAll
  static void open() throws Exception {
    TensorEngine engine = TestEngine.get();
    Path weights = FormulaWeights.write(Fixtures.class, folder.resolve("weights.safetensors"));
    network = new VocoderNetwork(engine.open(weights), engine.ops());
  }

  @AfterAll
  static void close() {
    network.close();
  }

  @Override
  protected Vocoder vocoder() {
    return vocoder(30);
  }

  private static LiteVocoder vocoder(int pieceSeconds) {
    return new LiteVocoder(network, Fixtures.CODEBOOK, pieceSeconds, 100);
  }

  @Override
  protected StyleVector style() {
    return Fixtures.plain();
  }

  private static int[] manyIds(int count) {
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = (int) (((i / 2 * 2_654_435_761L) >>> 7) & 4095);
    }
    return ids;
  }

  private static UnitSequence units(int count) {
    return UnitSequence.ofFrames(Fixtures.CODEBOOK, manyIds(count));
  }

  /** A falling melody with a pause in the middle. */
  private static Prosody melody(int frames) {
    float[] f0 = new float[frames];
    float[] energy = new float[frames];
    for (int t = 0; t < frames; t++) {
      boolean pause = t > frames / 2 && t < frames / 2 + 30;
      f0[t] = pause ? 0 : 150 - 40f * t / frames;
      energy[t] = pause ? -6 : 0;
    }
    return Prosody.of(100, f0, energy);
  }

  private static float[] sound(LiteVocoder vocoder, int index, double value)
      throws SpeechException {
    return vocoder
        .vocode(units(60), Fixtures.style(index, value), Optional.of(melody(240)))
        .samples();
  }

  @Test
  void refusesAStyleThatKeepsARecordingsVoice() {
    float[] values = LiteStyle.anyone().values();
    values[LiteStyle.LN_F0_MEAN] = 0.23f;
    assertThatThrownBy(() -> LiteStyle.of(StyleVector.of(LiteStyle.SPACE, values)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("recording's own voice");
  }

  @Test
  void carriedProsodyGivesTheReferencesSound() throws Exception {
    // F0 and energy as the reference had them, at a style whose mean is the source's
    float[] f0 = Fixtures.golden("f0");
    float[] rows = Fixtures.golden("prosody");
    float[] energy = new float[f0.length];
    double mean = 0;
    int voiced = 0;
    for (int t = 0; t < f0.length; t++) {
      energy[t] = 3 * rows[3 * t + 2];
      if (f0[t] > 0) {
        mean += Math.log(f0[t]);
        voiced++;
      }
    }
    UnitSequence units = UnitSequence.ofFrames(Fixtures.CODEBOOK, Fixtures.ids("ids"));
    float[] actual =
        vocoder()
            .vocode(
                units,
                Fixtures.style(LiteStyle.LN_F0_MEAN, mean / voiced),
                Optional.of(Prosody.of(100, f0, energy)))
            .samples();
    float[] expected = Fixtures.golden("output");
    float peak = 0;
    for (float sample : expected) {
      peak = Math.max(peak, Math.abs(sample));
    }
    float factor = Math.min(40, 0.99f / peak);
    for (int n = 0; n < expected.length; n++) {
      expected[n] *= factor;
    }
    assertThat(Measure.difference(actual, expected)).isLessThan(2e-3f * peak * factor);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.77, 1, 1.3, 3})
  void speedChangesTheLengthExactly(double speed) throws Exception {
    assertThat(sound(vocoder(30), LiteStyle.SPEED, speed))
        .hasSize(160 * (int) Math.round(240 / (double) (float) speed));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.77, 1.9})
  void piecesGiveTheSameSoundAsTheWhole(double speed) throws Exception {
    UnitSequence units = units(140);
    StyleVector style = Fixtures.style(LiteStyle.SPEED, speed);
    for (Optional<Prosody> prosody :
        java.util.List.of(Optional.<Prosody>empty(), Optional.of(melody(560)))) {
      float[] whole = vocoder(60).vocode(units, style, prosody).samples();
      for (int seconds : new int[] {1, 3}) {
        float[] pieces = vocoder(seconds).vocode(units, style, prosody).samples();
        assertThat(Measure.difference(pieces, whole)).isLessThan(1e-4f);
      }
    }
  }

  @Test
  void predictedTimingIsTheSameInPieces() throws Exception {
    UnitSequence units = UnitSequence.of(Fixtures.CODEBOOK, manyIds(190));
    float[] whole = vocoder(60).vocode(units, style()).samples();
    float[] pieces = vocoder(1).vocode(units, style()).samples();
    assertThat(Measure.difference(pieces, whole)).isLessThan(1e-4f);
  }

  @ParameterizedTest
  @ValueSource(doubles = {80, 120, 200, 300})
  void pitchFollowsTheMean(double hertz) throws Exception {
    float[] values = Fixtures.style();
    values[LiteStyle.LN_F0_MEAN] = (float) Math.log(hertz);
    values[LiteStyle.F0_RANGE] = 0;
    values[LiteStyle.BREATHINESS] = -60; // so that pulses are all that is heard
    float[] sound =
        vocoder()
            .vocode(units(60), StyleVector.of(LiteStyle.SPACE, values), Optional.of(melody(240)))
            .samples();
    assertThat(Measure.pulseRate(sound)).isCloseTo(hertz, within(hertz * 0.03));
  }

  @Test
  void neverClips() throws Exception {
    float[] loud = sound(vocoder(30), LiteStyle.ENERGY, 40);
    float peak = 0;
    for (float sample : loud) {
      peak = Math.max(peak, Math.abs(sample));
    }
    assertThat(peak).isCloseTo(0.99f, within(1e-4f));
  }

  @Test
  void prosodyMayBeShorterLongerOrAtAnotherRate() throws Exception {
    Prosody twice = Prosody.of(50, new float[] {100, 110, 120, 0}, new float[4]);
    for (Prosody prosody :
        new Prosody[] {
          melody(1), melody(1000), twice, Prosody.of(100, new float[0], new float[0])
        }) {
      assertThat(vocoder().vocode(units(60), style(), Optional.of(prosody)).length())
          .isEqualTo(60 * 640);
    }
  }

  @Test
  void refusesSoundOverTheLimit() {
    UnitSequence hours =
        UnitSequence.ofTimed(Fixtures.CODEBOOK, new int[] {1, 2}, new int[] {100_000, 100_000});
    assertThatThrownBy(() -> vocoder().vocode(hours, style()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8000 s")
        .hasMessageContaining("100 s");
    UnitSequence slow = units(100);
    assertThatThrownBy(() -> vocoder().vocode(slow, Fixtures.style(LiteStyle.SPEED, 1 / 40.0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesStylesOutsideTheirLimits() {
    assertThatThrownBy(() -> vocoder().vocode(units(3), Fixtures.style(LiteStyle.LN_F0_MEAN, 120)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("style value 64 is 120.0");
    assertThatThrownBy(
            () -> vocoder().vocode(units(3), StyleVector.of(LiteStyle.SPACE, new float[3])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 values");
  }

  @Test
  void theLayoutIsTheOneOfTheStyleSpace() {
    // the same list stands in the style module's tests
    assertThat(
            new int[] {
              LiteStyle.LN_F0_MEAN,
              LiteStyle.F0_RANGE,
              LiteStyle.FINAL_RISE,
              LiteStyle.SPEED,
              LiteStyle.ENERGY,
              LiteStyle.TILT,
              LiteStyle.BREATHINESS,
              LiteStyle.JITTER,
              LiteStyle.ENERGY_CONTRAST,
            })
        .containsExactly(64, 65, 66, 67, 68, 69, 70, 71, 72);
    assertThat(LiteStyle.LENGTH).isEqualTo(74);
    assertThat(LiteStyle.SPACE).isEqualTo("lite-1");
  }

  @Test
  void saysSoWhenItIsClosed() throws Exception {
    TensorEngine engine = TestEngine.get();
    Path weights = FormulaWeights.write(Fixtures.class, folder.resolve("closed.safetensors"));
    LiteVocoder closed =
        new LiteVocoder(
            new VocoderNetwork(engine.open(weights), engine.ops()), Fixtures.CODEBOOK, 30, 100);
    closed.close();
    assertThatThrownBy(() -> closed.vocode(units(3), style()))
        .isInstanceOf(ModelUnavailableException.class);
  }

  /** What the tests hear. */
  private static final class Measure {
    /** The greatest difference, without end where the lengths differ. */
    static float difference(float[] a, float[] b) {
      float most = a.length == b.length ? 0 : Float.POSITIVE_INFINITY;
      for (int i = 0; i < Math.min(a.length, b.length); i++) {
        most = Math.max(most, Math.abs(a[i] - b[i]));
      }
      return most;
    }

    /** The shortest lag whose autocorrelation comes near the greatest, as a rate. */
    static double pulseRate(float[] sound) {
      float[] x = Arrays.copyOfRange(sound, 4000, 8000);
      double[] correlation = new double[321];
      double most = 0;
      for (int lag = 40; lag < correlation.length; lag++) {
        for (int i = 0; i + 321 < x.length; i++) {
          correlation[lag] += x[i] * x[i + lag];
        }
        most = Math.max(most, correlation[lag]);
      }
      int best = 40;
      while (correlation[best] < 0.8 * most) {
        best++;
      }
      while (correlation[best + 1] > correlation[best]) {
        best++;
      }
      return 16_000.0 / best;
    }
  }
}
