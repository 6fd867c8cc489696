package org.emova4j.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.DecodeOptions;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.style.Style;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The sentences of the samples folder, through the distribution, against what the training code
 * stored: units and the spectra of conversions.
 */
class ShippedSentencesTest {
  /** Natural log of power. The product's F0 isn't praat's and its noise is another. */
  private static final double TOLERANCE = 0.8;

  @TempDir static Path storage;
  private static Distribution distribution;
  private static TensorFile stored;

  @BeforeAll
  static void startDistribution() throws Exception {
    stored = new TensorFile(Path.of(System.getProperty("emova.golden"), "samples.safetensors"));
    distribution = Distribution.start(storage);
  }

  @AfterAll
  static void stopDistribution() throws Exception {
    if (distribution != null) {
      distribution.close();
    }
  }

  /** The greeting is at 22.05 kHz, and the training code's resampler is another. */
  @ParameterizedTest
  @CsvSource({"question, 0.98", "request, 0.98", "statement, 0.98", "greeting, 0.9"})
  void unitsAreThoseOfTheTrainingCode(String name, double share) throws Exception {
    int[] units = distribution.await(SpeechTokenizer.class).tokenize(sentence(name)).frameIds();
    int[] expected = stored.ints(name + ".ids");

    assertThat(units).hasSameSizeAs(expected);
    long same = IntStream.range(0, units.length).filter(i -> units[i] == expected[i]).count();
    assertThat(same).isGreaterThanOrEqualTo(Math.round(share * units.length));
  }

  @ParameterizedTest
  @CsvSource({
    "question, female", "question, male", "request, female", "request, male",
    "statement, female", "statement, male", "greeting, female", "greeting, male"
  })
  void conversionsSoundAsStored(String name, String voice) throws Exception {
    Audio made =
        distribution
            .await(SpeechConverter.class)
            .convert(sentence(name), ConversionRequest.of(Style.DEFAULT.withSpeaker(voice)));
    double[] spectrum = BandSpectrum.of(made.samples());

    double distance = BandSpectrum.distance(expected(name, voice), spectrum);
    assertThat(distance).isLessThan(TOLERANCE);
    String another = voice.equals("female") ? "male" : "female";
    assertThat(BandSpectrum.distance(expected(name, another), spectrum))
        .isGreaterThan(1.1 * distance);
  }

  private static double[] expected(String name, String voice) throws Exception {
    float[] values = stored.floats(name + "." + voice);
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static Audio sentence(String name) throws Exception {
    Path file = Path.of(System.getProperty("emova.samples"), name + ".flac");
    return distribution.await(AudioReader.class).decode(file, DecodeOptions.atRate(16_000));
  }
}
