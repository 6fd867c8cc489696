package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static ByteBuffer golden;

  @BeforeAll
  static void startDistribution() throws Exception {
    Path folder = Path.of(System.getProperty("emova.golden"));
    distribution = Distribution.start(storage);
    speech =
        distribution
            .await(AudioReader.class)
            .decode(folder.resolve("golden.wav"), DecodeOptions.atRate(16_000));
    golden =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("golden.safetensors")))
            .order(ByteOrder.LITTLE_ENDIAN);
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
    assertThat(units.ids()).containsExactly(ints("merged_ids"));
    assertThat(units.runLengths().orElseThrow()).containsExactly(ints("run_lengths"));
  }

  @Test
  void hearsTheSpeakerAsTheTrainingCodeDoes() throws Exception {
    float[] style = distribution.await(StyleModule.class).encode(speech, Style.DEFAULT).values();

    assertThat(Arrays.copyOf(style, 64)).containsExactly(floats("speaker"), within(1e-3f));
  }

  @Test
  void tracksPitchAsPraatDoes() throws Exception {
    float[] praat = floats("f0");
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
        converter.convert(
            speech, ConversionRequest.of(same.withEmotion("sad").withIntensity(0.2)));
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

  private static int[] ints(String name) throws IOException {
    ByteBuffer data = tensor(name);
    int[] values = new int[data.remaining() / Integer.BYTES];
    data.asIntBuffer().get(values);
    return values;
  }

  private static float[] floats(String name) throws IOException {
    ByteBuffer data = tensor(name);
    float[] values = new float[data.remaining() / Float.BYTES];
    data.asFloatBuffer().get(values);
    return values;
  }

  /** The engine's reader is inside the framework; this one trusts the file. */
  private static ByteBuffer tensor(String name) throws IOException {
    int headerLength = (int) golden.getLong(0);
    String header = new String(golden.array(), 8, headerLength, StandardCharsets.UTF_8);
    Matcher matcher =
        Pattern.compile("\"" + name + "\":\\{[^}]*\"data_offsets\":\\[(\\d+),(\\d+)]")
            .matcher(header);
    if (!matcher.find()) {
      throw new IOException("no tensor " + name);
    }
    int start = Integer.parseInt(matcher.group(1));
    int end = Integer.parseInt(matcher.group(2));
    return golden.slice(8 + headerLength + start, end - start).order(ByteOrder.LITTLE_ENDIAN);
  }
}
