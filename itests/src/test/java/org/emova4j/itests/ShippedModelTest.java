package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechModifier;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.style.ProsodyAnalyzer;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.unit.UnitSequence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The weights that ship, through the distribution, against what the training code made of them. */
class ShippedModelTest {
  @TempDir static Path storage;
  private static Distribution distribution;
  private static Audio speech;
  private static TensorFile golden;

  @BeforeAll
  static void startDistribution() throws Exception {
    Path folder = Path.of(System.getProperty("emova.golden"));
    distribution = Distribution.start(storage);
    speech =
        distribution
            .await(AudioReader.class)
            .decode(folder.resolve("golden.wav"), DecodeOptions.atRate(16_000));
    golden = new TensorFile(folder.resolve("golden.safetensors"));
  }

  @AfterAll
  static void stopDistribution() throws Exception {
    if (distribution != null) {
      distribution.close();
    }
  }

  @Test
  void tokenizesAsTheTrainingCodeDoes() throws Exception {
    UnitSequence units = distribution.await(SpeechTokenizer.class).tokenize(speech);

    assertThat(units.codebook().id()).isEqualTo("lite-40ms-4096");
    assertThat(units.ids()).containsExactly(golden.ints("merged_ids"));
    assertThat(units.runLengths().orElseThrow()).containsExactly(golden.ints("run_lengths"));
  }

  @Test
  void hearsTheSpeakerAsTheTrainingCodeDoes() throws Exception {
    float[] style = distribution.await(StyleModule.class).encode(speech, Style.DEFAULT).values();

    assertThat(Arrays.copyOf(style, 64)).containsExactly(golden.floats("speaker"), within(1e-3f));
  }

  @Test
  void tracksPitchAsPraatDoes() throws Exception {
    float[] praat = golden.floats("f0");
    float[] ours = distribution.await(ProsodyAnalyzer.class).analyze(speech).f0();

    assertThat(ours).hasSameSizeAs(praat);
    int[] voiced =
        IntStream.range(0, ours.length).filter(t -> ours[t] > 0 && praat[t] > 0).toArray();
    long agree = IntStream.range(0, ours.length).filter(t -> ours[t] > 0 == praat[t] > 0).count();
    assertThat(agree).isGreaterThan(Math.round(0.93 * ours.length));
    long close = IntStream.of(voiced).filter(t -> Math.abs(ours[t] / praat[t] - 1) < 0.03).count();
    assertThat(close).isGreaterThan(Math.round(0.97 * voiced.length));
  }

  @Test
  void labelsChangeWhatIsHeard() throws Exception {
    SpeechConverter converter = distribution.await(SpeechConverter.class);
    distribution.await(Vocoder.class);
    Audio normal = converter.convert(speech, request(Style.DEFAULT));
    Audio high =
        converter.convert(speech, request(Style.DEFAULT.withPitch(new Style.Label("high"))));
    Audio fast =
        converter.convert(speech, request(Style.DEFAULT.withSpeed(new Style.Label("fast"))));

    assertThat(normal.length()).isEqualTo(speech.length());
    assertThat(medianPitch(high) / medianPitch(normal))
        .isBetween(1.17, 1.35); // 2.7 to 5.2 semitones
    assertThat(fast.length())
        .isBetween((int) (0.74 * normal.length()), (int) (0.8 * normal.length()));
    UnitSequence again = distribution.await(SpeechTokenizer.class).tokenize(normal);
    assertThat(again.duration())
        .isEqualTo(Optional.of(again.codebook().unitDuration().multipliedBy(41)));
  }

  @Test
  void keepsTheRecordedVoiceAndChangesHowItSpeaks() throws Exception {
    SpeechConverter converter = distribution.await(SpeechConverter.class);
    distribution.await(SpeechModifier.class);
    distribution.await(StyleModule.class);
    Style same = Style.DEFAULT.withSpeaker(Style.SAME_SPEAKER);

    Audio neutral = converter.convert(speech, ConversionRequest.of(same));
    assertThat(neutral.samples()).containsExactly(speech.samples(), within(1e-6f));

    Style high = same.withPitch(new Style.Amount(3)).withSpeed(new Style.Amount(1.25));
    Audio changed = converter.convert(speech, ConversionRequest.of(high));
    assertThat(12 * Math.log(medianPitch(changed) / medianPitch(speech)) / Math.log(2))
        .isCloseTo(3, within(0.4));
    assertThat(changed.length()).isEqualTo((int) Math.round(speech.length() / 1.25));

    Audio sad = converter.convert(speech, ConversionRequest.of(same.withEmotion("sad")));
    Audio hardly =
        converter.convert(speech, ConversionRequest.of(same.withEmotion("sad").withIntensity(0.2)));
    assertThat(sad.length()).isGreaterThan(hardly.length());
    assertThat(hardly.length()).isGreaterThan(speech.length());
    assertThat(converter.sampleRate(ConversionRequest.of(same), 44_100)).isEqualTo(44_100);
  }

  private static ConversionRequest request(Style style) {
    return ConversionRequest.of(style.withSpeaker("female"));
  }

  private static double medianPitch(Audio audio) throws Exception {
    Prosody prosody = distribution.await(ProsodyAnalyzer.class).analyze(audio);
    float[] f0 = prosody.f0();
    double[] voiced =
        IntStream.range(0, f0.length)
            .filter(t -> f0[t] > 0)
            .mapToDouble(t -> f0[t])
            .sorted()
            .toArray();
    return voiced[voiced.length / 2];
  }
}
