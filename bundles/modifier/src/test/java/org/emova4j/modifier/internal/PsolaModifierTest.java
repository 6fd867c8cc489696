package org.emova4j.modifier.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.style.StyleVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PsolaModifierTest {
  private static final float EXACT = 1e-6f;
  private static final int RATE = 16_000;

  private final PsolaModifier modifier = new PsolaModifier(60);

  private static StyleVector style(int index, double value) {
    float[] values = new float[Changes.LENGTH];
    values[Changes.FIRST + 1] = 1;
    values[Changes.FIRST + 3] = 1;
    values[Changes.FIRST + 8] = 1;
    values[Changes.FIRST + index] = (float) value;
    return StyleVector.of(Changes.SPACE, values);
  }

  private static StyleVector unchanged() {
    return style(3, 1);
  }

  private static StyleVector semitones(double shift) {
    return style(0, shift * Signals.SEMITONE);
  }

  /** A vowel in a little noise, then noise alone. */
  private static Audio speechLike(int rate) {
    Audio vowel = Signals.vowel(141.3, 1, rate);
    return Signals.sum(vowel, Signals.noise(0.01, vowel.length(), rate));
  }

  @ParameterizedTest
  @ValueSource(ints = {8_000, 16_000, 22_050, 44_100, 48_000})
  void whatIsNotChangedComesOutAsItWentIn(int rate) {
    Audio speech = speechLike(rate);
    Audio same = modifier.modify(speech, unchanged());

    assertThat(same.sampleRate()).isEqualTo(rate);
    assertThat(same.samples()).containsExactly(speech.samples(), within(EXACT));
  }

  @ParameterizedTest
  @CsvSource({"110,4,16000", "220,4,44100", "180,-4,24000", "130,8,48000", "240,-7,16000"})
  void pitchMovesExactlyAndFormantsStay(double f0, double shift, int rate) {
    Audio vowel = Signals.vowel(f0, 1.5, rate);
    Audio moved = modifier.modify(vowel, semitones(shift));

    assertThat(moved.length()).isEqualTo(vowel.length());
    double ratio = Signals.medianF0(moved) / Signals.medianF0(vowel);
    assertThat(12 * Math.log(ratio) / Math.log(2)).isCloseTo(shift, within(0.05));
    for (double formant : Signals.FORMANTS) {
      assertThat(Signals.formant(moved, formant))
          .isCloseTo(Signals.formant(vowel, formant), within(60.0));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-8, 5, 8})
  void loudnessDoesNotDependOnPitch(double shift) {
    Audio vowel = Signals.vowel(160, 1.5, RATE);
    Audio moved = modifier.modify(vowel, semitones(shift));

    double before = Signals.rms(vowel, RATE / 2, vowel.length() - RATE / 2);
    double after = Signals.rms(moved, RATE / 2, moved.length() - RATE / 2);
    assertThat(20 * Math.log10(after / before)).isBetween(-3.0, 3.0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.7, 1.3, 2})
  void speedChangesLengthAndNothingElse(double speed) {
    Audio vowel = Signals.vowel(141.3, 3, RATE);
    Audio speech = Signals.sum(vowel, Signals.noise(0.01, vowel.length(), RATE));
    Audio changed = modifier.modify(speech, style(3, speed));

    assertThat(changed.length())
        .isEqualTo((int) Math.round(speech.length() / (double) (float) speed));
    assertThat(Signals.medianF0(changed)).isCloseTo(Signals.medianF0(speech), within(0.5));
    for (double formant : Signals.FORMANTS) {
      assertThat(Signals.formant(changed, formant))
          .isCloseTo(Signals.formant(speech, formant), within(25.0));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.8, 1.5})
  void noiseStaysNoise(double speed) {
    Audio noise = Signals.noise(0.1, 2 * RATE, RATE);
    Audio changed = modifier.modify(noise, style(3, speed));

    float[] f0 = Signals.f0(changed);
    int voiced = 0;
    for (float hertz : f0) {
      voiced += hertz > 0 ? 1 : 0;
    }
    assertThat(voiced).isLessThan(f0.length / 20);
    assertThat(Signals.rms(changed, 0, changed.length())).isCloseTo(0.1, within(0.007));
    // no flutter: the level of 10 ms varies as much as it does in noise that nobody touched
    assertThat(flutter(changed)).isLessThan(1.25 * flutter(noise));
  }

  private static double flutter(Audio audio) {
    int frames = audio.length() / 160;
    double sum = 0;
    double squares = 0;
    for (int t = 0; t < frames; t++) {
      double level = Signals.rms(audio, 160 * t, 160 * (t + 1));
      sum += level;
      squares += level * level;
    }
    return Math.sqrt(squares / frames - sum / frames * (sum / frames));
  }

  @Test
  void breathinessRaisesTheNoiseBetweenHarmonics() {
    Audio speech = speechLike(RATE);
    Audio breathy = modifier.modify(speech, style(6, 6));
    Audio clear = modifier.modify(speech, style(6, -4));

    assertThat(noise(breathy) - noise(speech)).isBetween(6.0, 8.0); // none of it on harmonics
    assertThat(noise(clear) - noise(speech)).isLessThan(-4);
    assertThat(Signals.medianF0(breathy)).isCloseTo(Signals.medianF0(speech), within(0.3));
  }

  /** Decibels of the power in the middle half between harmonics against that on them. */
  private static double noise(Audio speech) {
    int size = 4096;
    double[] power = Signals.spectrum(speech, RATE / 2, speech.length() - RATE / 2, size);
    double between = 0;
    double on = 0;
    for (int h = 2; h < 15; h++) {
      int place = (int) Math.round(141.3 * h * size / RATE);
      int middle = (int) Math.round(141.3 * (h + 0.5) * size / RATE);
      for (int k = -9; k <= 9; k++) {
        on += power[place + k];
        between += power[middle + k];
      }
    }
    return 10 * Math.log10(between / on);
  }

  @Test
  void tiltTurnsTheSpectrumAroundOneKilohertz() {
    Audio noise = Signals.noise(0.05, 4 * RATE, RATE);
    double[] before = Signals.spectrum(noise, 0, noise.length(), 256);
    Audio tilted = modifier.modify(noise, style(5, 3));
    double[] after = Signals.spectrum(tilted, 0, noise.length(), 256);

    assertThat(decibels(after, before, 250)).isCloseTo(-6, within(0.7));
    assertThat(decibels(after, before, 1000)).isCloseTo(0, within(0.5));
    assertThat(decibels(after, before, 4000)).isCloseTo(6, within(0.5));
  }

  private static double decibels(double[] after, double[] before, double hertz) {
    int bin = (int) Math.round(hertz * 256 / RATE);
    double a = 0;
    double b = 0;
    for (int k = bin - 1; k <= bin + 1; k++) {
      a += after[k];
      b += before[k];
    }
    return 10 * Math.log10(a / b);
  }

  @Test
  void energyIsAGainAndNeverClips() {
    Audio quiet = Signals.vowel(120, 0.5, RATE); // peak 0.5
    float[] louder = modifier.modify(quiet, style(4, 6)).samples();
    float[] loudest = modifier.modify(quiet, style(4, 20)).samples();
    float[] samples = quiet.samples();

    for (int i = 0; i < samples.length; i++) {
      assertThat(louder[i]).isCloseTo((float) (samples[i] * 0.99 / 0.5), within(0.01f));
    }
    assertThat(loudest).containsExactly(louder, within(0.01f));
    assertThat(peak(loudest)).isLessThanOrEqualTo(0.99f + EXACT);
  }

  @Test
  void aRecordingThatClipsStaysAsItIs() {
    Audio loud = Signals.noise(0.8, RATE, RATE);
    assertThat(peak(loud.samples())).isGreaterThan(1);

    assertThat(modifier.modify(loud, unchanged()).samples())
        .containsExactly(loud.samples(), within(EXACT));
    assertThat(peak(modifier.modify(loud, style(4, 3)).samples()))
        .isLessThanOrEqualTo(peak(loud.samples()) + EXACT);
  }

  private static float peak(float[] samples) {
    float peak = 0;
    for (float sample : samples) {
      peak = Math.max(peak, Math.abs(sample));
    }
    return peak;
  }

  @Test
  void contrastMakesWhatIsQuietQuieter() {
    float[] samples = Signals.vowel(120, 2, RATE).samples();
    for (int i = samples.length / 2; i < samples.length; i++) {
      samples[i] *= 0.25f;
    }
    Audio speech = Audio.adopt(samples, RATE);
    Audio changed = modifier.modify(speech, style(8, 1.5));

    double before =
        Signals.rms(speech, RATE / 2, RATE) / Signals.rms(speech, 3 * RATE / 2, 2 * RATE);
    double after =
        Signals.rms(changed, RATE / 2, RATE) / Signals.rms(changed, 3 * RATE / 2, 2 * RATE);
    assertThat(after / before).isCloseTo(2, within(0.15)); // 12 dB become 18
  }

  @Test
  void jitterMakesPeriodsDiffer() {
    Audio vowel = Signals.vowel(125, 1.5, RATE);

    assertThat(perturbation(modifier.modify(vowel, style(7, 0.02)))).isCloseTo(0.02, within(0.006));
    assertThat(perturbation(vowel)).isLessThan(0.003);
  }

  /** Mean difference of successive periods over their mean. */
  private static double perturbation(Audio audio) {
    PitchMarks marks = PitchMarks.find(audio.samples(), Signals.f0(audio), 1);
    double differences = 0;
    double sum = 0;
    int count = 0;
    for (int i = 20; i < marks.count() - 20; i++) {
      differences += Math.abs(marks.behind(i) - marks.before(i));
      sum += marks.behind(i);
      count++;
    }
    assertThat(count).isGreaterThan(50);
    return differences / sum;
  }

  @Test
  void theDirectComponentStaysWhereItIs() {
    Audio speech = speechLike(RATE);
    float[] offset = speech.samples();
    for (int i = 0; i < offset.length; i++) {
      offset[i] += 0.1f;
    }
    float[] moved = modifier.modify(Audio.adopt(offset, RATE), semitones(4)).samples();
    float[] expected = modifier.modify(speech, semitones(4)).samples();
    for (int i = 0; i < expected.length; i++) {
      expected[i] += 0.1f;
    }
    assertThat(distance(moved, expected)).isLessThan(0.02);
  }

  private static double distance(float[] one, float[] other) {
    double power = 0;
    for (int i = 0; i < one.length; i++) {
      power += (one[i] - other[i]) * (one[i] - other[i]);
    }
    return Math.sqrt(power / one.length);
  }

  @Test
  void aLongRecordingGivesWhatItsBeginningGives() {
    Audio vowel = speechLike(RATE);
    float[] thrice = Arrays.copyOf(vowel.samples(), 3 * vowel.length());
    System.arraycopy(vowel.samples(), 0, thrice, vowel.length(), vowel.length());
    System.arraycopy(vowel.samples(), 0, thrice, 2 * vowel.length(), vowel.length());
    float[] whole = modifier.modify(Audio.adopt(thrice, RATE), semitones(3)).samples();
    float[] part = modifier.modify(vowel, semitones(3)).samples();

    int end = vowel.length() - RATE / 4;
    assertThat(distance(Arrays.copyOf(whole, end), Arrays.copyOf(part, end))).isLessThan(1e-3);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 100, 1_000})
  void veryShortRecordingsAreChangedToo(int length) {
    Audio little = speechLike(RATE).slice(4_000, 4_000 + length);
    StyleVector everything =
        StyleVector.of(Changes.SPACE, values(0.3f, 1.5f, 4, 0.5f, 3, 2, 3, 0.02f, 1.5f));

    assertThat(modifier.modify(little, everything).length()).isEqualTo(2 * length);
    assertThat(modifier.modify(little, unchanged()).samples())
        .containsExactly(little.samples(), within(EXACT));
  }

  private static float[] values(float... changes) {
    float[] values = new float[Changes.LENGTH];
    System.arraycopy(changes, 0, values, Changes.FIRST, changes.length);
    return values;
  }

  @Test
  void silenceStaysSilent() {
    Audio silence = Audio.of(new float[RATE], RATE);
    StyleVector everything =
        StyleVector.of(Changes.SPACE, values(0.3f, 1.5f, 4, 0.7f, 3, 2, 3, 0.02f, 1.5f));

    assertThat(peak(modifier.modify(silence, everything).samples())).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-48, -24, 24, 48})
  void extremesGiveFiniteSound(double shift) {
    StyleVector extreme =
        StyleVector.of(
            Changes.SPACE,
            values((float) (shift * Signals.SEMITONE), 10, 48, 16, 60, 24, 60, 0.5f, 10));
    Audio sound = modifier.modify(speechLike(RATE), extreme);

    assertThat(peak(sound.samples())).isLessThanOrEqualTo(0.99f + EXACT);
  }

  @Test
  void theSameArgumentsGiveTheSameSound() {
    Audio speech = speechLike(RATE);
    assertThat(modifier.modify(speech, style(7, 0.03)))
        .isEqualTo(modifier.modify(speech, style(7, 0.03)));
  }

  @Test
  void asksForTheRecordingsOwnRateWithinLimits() {
    assertThat(modifier.sampleRate(6_000)).isEqualTo(8_000);
    assertThat(modifier.sampleRate(22_050)).isEqualTo(22_050);
    assertThat(modifier.sampleRate(192_000)).isEqualTo(48_000);
  }

  @Test
  void refusesWhatItCannotDoAndNamesTheLimit() {
    assertThatThrownBy(() -> modifier.modify(Audio.of(new float[10], 96_000), unchanged()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("96000")
        .hasMessageContaining("8000..48000");
    assertThatThrownBy(() -> modifier.modify(speechLike(RATE), StyleVector.of("emova-256", 1)))
        .hasMessageContaining("emova-256")
        .hasMessageContaining("lite-1");
    assertThatThrownBy(() -> modifier.modify(speechLike(RATE), StyleVector.of("lite-1", 1, 2)))
        .hasMessageContaining("2 values");
    assertThatThrownBy(() -> modifier.modify(speechLike(RATE), style(3, 0)))
        .hasMessageContaining("speed 0.0 is outside");
    Audio long16 = Audio.of(new float[20 * RATE], RATE);
    assertThatThrownBy(() -> modifier.modify(long16, style(3, 0.25)))
        .hasMessage("the result would last 80 s, more than the limit of 60 s");
    float[] female = style(3, 1).values();
    female[3] = 8;
    assertThatThrownBy(() -> modifier.modify(long16, StyleVector.of("lite-1", female)))
        .hasMessageContaining("that of a speaker");
    assertThatThrownBy(() -> new PsolaModifier(0)).hasMessageContaining("maxSeconds 0");
  }

  @Test
  void theFrameworksConstructorReadsTheConfiguration() {
    PsolaModifier.Config config =
        org.osgi.util.converter.Converters.standardConverter()
            .convert(java.util.Map.of("maxSeconds", 5))
            .to(PsolaModifier.Config.class);
    PsolaModifier configured = new PsolaModifier(config);

    assertThatThrownBy(() -> configured.modify(Audio.of(new float[6 * RATE], RATE), unchanged()))
        .hasMessageContaining("limit of 5 s");
    assertThat(configured.styleSpace()).isEqualTo("lite-1");
  }
}
