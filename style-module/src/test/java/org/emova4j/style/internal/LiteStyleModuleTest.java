package org.emova4j.style.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleModule;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.testing.FormulaWeights;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiteStyleModuleTest extends StyleModuleContract {
  @TempDir private static Path folder;
  private static SpeakerEncoder encoder;
  private static StyleTable table;

  @BeforeAll
  static void open() throws Exception {
    TensorEngine engine = TestEngine.get();
    Path weights = FormulaWeights.write(Fixtures.class, folder.resolve("weights.safetensors"));
    encoder = new SpeakerEncoder(engine.open(weights), engine.ops());
    table = StyleTableReader.read(Fixtures.resource("/style.json"));
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  @Override
  StyleModule module() {
    return new LiteStyleModule(encoder, table);
  }

  @Override
  Audio speech() {
    return Fixtures.speech();
  }

  private float[] encode(Style style) throws Exception {
    return module().encode(style).values();
  }

  @Test
  void speakerAgreesWithTheReference() throws Exception {
    HeardSpeech heard = HeardSpeech.of(speech());
    assertThat(heard.mask()).isEqualTo(Fixtures.golden("mask"));
    assertThat(encoder.run(heard.mel(), heard.mask()))
        .containsExactly(Fixtures.golden("speaker"), within(1e-3f));
  }

  @Test
  void theDefaultIsTheFirstSpeakerAsSheIs() throws Exception {
    float[] values = encode(Style.DEFAULT);
    assertThat(values).hasSize(74);
    assertThat(values[0]).isEqualTo(8);
    assertThat(values[StyleSpace.LN_F0_MEAN]).isEqualTo(5.3f);
    assertThat(values[StyleSpace.LN_F0_DEVIATION]).isEqualTo(0.2f);
    assertThat(values[StyleSpace.F0_RANGE]).isEqualTo(1);
    assertThat(values[StyleSpace.SPEED]).isEqualTo(1);
    assertThat(values[StyleSpace.ENERGY_CONTRAST]).isEqualTo(1);
    for (int i = StyleSpace.FINAL_RISE; i <= StyleSpace.JITTER; i++) {
      assertThat(values[i]).isEqualTo(i == StyleSpace.SPEED ? 1 : 0);
    }
    assertThat(encode(Style.DEFAULT.withEmotion("neutral"))).isEqualTo(values);
  }

  @Test
  void anEmotionScalesWithItsIntensity() throws Exception {
    Style happy = Style.DEFAULT.withEmotion("happy");
    float[] full = encode(happy);
    float[] half = encode(happy.withIntensity(0.5));
    assertThat(full[StyleSpace.LN_F0_MEAN])
        .isCloseTo((float) (5.3 + 3 * Math.log(2) / 12), within(1e-5f));
    assertThat(half[StyleSpace.LN_F0_MEAN])
        .isCloseTo((float) (5.3 + 1.5 * Math.log(2) / 12), within(1e-5f));
    assertThat(full[StyleSpace.F0_RANGE]).isCloseTo(1.44f, within(1e-5f));
    assertThat(half[StyleSpace.F0_RANGE]).isCloseTo(1.2f, within(1e-5f));
    assertThat(half[StyleSpace.SPEED]).isCloseTo((float) Math.sqrt(1.1), within(1e-5f));
    assertThat(half[StyleSpace.ENERGY]).isEqualTo(1);
    assertThat(half[StyleSpace.TILT]).isEqualTo(0.25f);
    assertThat(half[StyleSpace.BREATHINESS]).isEqualTo(-0.5f);
    assertThat(half[StyleSpace.FINAL_RISE]).isEqualTo(1);
    assertThat(half[StyleSpace.JITTER]).isCloseTo(0.005f, within(1e-7f));
    assertThat(half[StyleSpace.ENERGY_CONTRAST]).isCloseTo(1.1f, within(1e-5f));
    assertThat(encode(happy.withIntensity(0))).isEqualTo(encode(Style.DEFAULT));
  }

  @Test
  void negativeJitterIsNone() throws Exception {
    assertThat(encode(Style.DEFAULT.withEmotion("sad"))[StyleSpace.JITTER]).isZero();
  }

  @Test
  void pitchAndSpeedTakeLabelsAndAmounts() throws Exception {
    float[] label =
        encode(Style.DEFAULT.withPitch(new Style.Label("high")).withSpeed(new Style.Label("fast")));
    float[] amount =
        encode(Style.DEFAULT.withPitch(new Style.Amount(4)).withSpeed(new Style.Amount(1.3)));
    assertThat(label).isEqualTo(amount);
    assertThat(amount[StyleSpace.LN_F0_MEAN])
        .isCloseTo((float) (5.3 + 4 * Math.log(2) / 12), within(1e-5f));
    assertThat(amount[StyleSpace.SPEED]).isEqualTo(1.3f);
  }

  @Test
  void aRecordingsPitchIsItsOwn() throws Exception {
    float[] values = module().encode(speech(), Style.DEFAULT).values();
    double sum = 0;
    int voiced = 0;
    for (float hertz : Fixtures.golden("f0")) {
      if (hertz > 0) {
        sum += Math.log(hertz);
        voiced++;
      }
    }
    assertThat(values[StyleSpace.LN_F0_MEAN]).isCloseTo((float) (sum / voiced), within(0.02f));
    float[] higher =
        module().encode(speech(), Style.DEFAULT.withPitch(new Style.Amount(12))).values();
    assertThat(higher[StyleSpace.LN_F0_MEAN] - values[StyleSpace.LN_F0_MEAN])
        .isCloseTo((float) Math.log(2), within(1e-4f));
    assertThat(higher[5]).isEqualTo(values[5]);
  }

  @Test
  void aSpeakerLabelReplacesTheRecordings() throws Exception {
    Style style = Style.DEFAULT.withSpeaker("male");
    assertThat(module().encode(speech(), style)).isEqualTo(module().encode(style));
  }

  @Test
  void theSameSpeakerHasNoVoiceAndPitchIsAShift() throws Exception {
    float[] values = encode(Style.DEFAULT.withSpeaker("same"));
    for (int i = 0; i < values.length; i++) {
      boolean factor =
          i == StyleSpace.F0_RANGE || i == StyleSpace.SPEED || i == StyleSpace.ENERGY_CONTRAST;
      assertThat(values[i]).isEqualTo(factor ? 1 : 0);
    }
    Style low = Style.DEFAULT.withSpeaker("same").withPitch(new Style.Label("low"));
    float[] changed = encode(low.withEmotion("happy").withIntensity(0.5));
    assertThat(changed[StyleSpace.LN_F0_MEAN])
        .isCloseTo((float) ((1.5 - 4) * Math.log(2) / 12), within(1e-5f));
    assertThat(changed[StyleSpace.TILT]).isEqualTo(0.25f);
  }

  @Test
  void theSameSpeakerTakesNoVoiceFromARecording() {
    assertThatThrownBy(() -> module().encode(speech(), Style.DEFAULT.withSpeaker("same")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("same");
  }

  @Test
  void describesPitchAgainstTheNearestSpeaker() throws Exception {
    float[] embedding = Fixtures.golden("speaker");
    StyleTable near =
        new StyleTable(
            java.util.Map.of(
                "own",
                new StyleTable.Speaker(embedding, Math.log(70), 0.2),
                "other",
                new StyleTable.Speaker(negative(embedding), Math.log(100), 0.2)),
            table.emotions(),
            table.pitches(),
            table.speeds());
    Style style = new LiteStyleModule(encoder, near).describe(speech());
    assertThat(style.speaker()).contains("own");
    // rms speaks at about 100 Hz, six semitones above 70
    assertThat(style.pitch()).contains(new Style.Label("high"));
    assertThat(style.emotion()).isEmpty();
  }

  private static float[] negative(float[] values) {
    float[] turned = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      turned[i] = -values[i];
    }
    return turned;
  }

  @Test
  void onlyTheFirstMinuteCounts() throws Exception {
    float[] once = speech().samples();
    float[] minute = new float[61 * 16_000];
    for (int i = 0; i < minute.length; i++) {
      minute[i] = once[i % once.length];
    }
    float[] longer = java.util.Arrays.copyOf(minute, 70 * 16_000);
    assertThat(module().encode(Audio.of(longer, 16_000), Style.DEFAULT))
        .isEqualTo(module().encode(Audio.of(minute, 16_000), Style.DEFAULT));
  }

  @Test
  void theLayoutIsTheOneOfTheStyleSpace() {
    // the same list stands in the vocoder's tests
    assertThat(
            new int[] {
              StyleSpace.LN_F0_MEAN,
              StyleSpace.F0_RANGE,
              StyleSpace.FINAL_RISE,
              StyleSpace.SPEED,
              StyleSpace.ENERGY,
              StyleSpace.TILT,
              StyleSpace.BREATHINESS,
              StyleSpace.JITTER,
              StyleSpace.ENERGY_CONTRAST,
              StyleSpace.LN_F0_DEVIATION,
            })
        .containsExactly(64, 65, 66, 67, 68, 69, 70, 71, 72, 73);
    assertThat(StyleSpace.LENGTH).isEqualTo(74);
    assertThat(StyleSpace.ID).isEqualTo("lite-1");
  }

  @Test
  void saysSoWhenItIsClosed() throws Exception {
    TensorEngine engine = TestEngine.get();
    Path weights = FormulaWeights.write(Fixtures.class, folder.resolve("closed.safetensors"));
    LiteStyleModule closed =
        new LiteStyleModule(new SpeakerEncoder(engine.open(weights), engine.ops()), table);
    closed.close();
    assertThatThrownBy(() -> closed.describe(speech()))
        .isInstanceOf(ModelUnavailableException.class);
  }
}
