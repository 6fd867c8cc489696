package org.emova4j.tokenizer.internal.spiral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.Phone;
import org.emova4j.api.speech.PhoneRecognizer;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.TokenizeOptions;
import org.emova4j.api.speech.UnsupportedAudioException;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.tokenizer.internal.SpeechTokenizerContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SpiralTokenizerTest extends SpeechTokenizerContract {
  private static final TokenizeOptions REFERENCE =
      new TokenizeOptions(TokenizeOptions.Rules.REFERENCE);

  private static Golden golden;

  @BeforeAll
  static void open() throws Exception {
    golden = Golden.open("tiny_a");
  }

  @AfterAll
  static void close() {
    golden.close();
  }

  @Override
  protected SpeechTokenizer tokenizer() {
    return golden.tokenizer();
  }

  @Override
  protected Audio speech() {
    return Golden.tiled(52_800);
  }

  @Test
  void codebookFollowsFromTheConfiguration() throws Exception {
    assertThat(tokenizer().codebook().size()).isEqualTo(4096);
    assertThat(tokenizer().codebook().unitDuration()).hasMillis(40);
    Golden other = Golden.open("tiny_b");
    try {
      assertThat(other.tokenizer().codebook().size()).isEqualTo(7 * 5 * 8 * 6);
    } finally {
      other.close();
    }
  }

  @Test
  void aSampleIsAUnitUnlessTheReferenceIsAsked() throws Exception {
    Audio sample = Audio.of(new float[] {0.5f}, 16_000);
    assertThat(tokenizer().tokenize(sample).frameIds()).hasSize(1);
    assertThatThrownBy(() -> tokenizer().tokenize(sample, REFERENCE))
        .isInstanceOf(UnsupportedAudioException.class)
        .hasMessageContaining("has 1 samples")
        .hasMessageContaining("257");
    assertThatThrownBy(() -> tokenizer().tokenize(Golden.tiled(3_200_100), REFERENCE))
        .isInstanceOf(UnsupportedAudioException.class)
        .hasMessageContaining("100 samples");
  }

  @Test
  void silenceIsTheSameEverywhere() throws Exception {
    // every band is constant, so it is normalised to nothing, and only the ends may differ
    int[] units = tokenizer().tokenize(Audio.of(new float[640 * 500], 16_000)).frameIds();
    assertThat(Arrays.copyOfRange(units, 200, 300)).containsOnly(units[200]);
  }

  @Test
  void samplesThatAreNoNumbersNeverArrive() {
    assertThatThrownBy(() -> Audio.of(new float[] {0, Float.NaN}, 16_000))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Audio.of(new float[] {Float.POSITIVE_INFINITY}, 16_000))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void loudestSamplesGiveUnits() throws Exception {
    float[] samples = new float[16_000];
    Arrays.fill(samples, Float.MAX_VALUE);
    samples[7] = -Float.MAX_VALUE;
    assertThat(tokenizer().tokenize(Audio.of(samples, 16_000)).frameIds()).hasSize(25);
  }

  @Test
  void everyUnitOfALongRecordingIsThatOfItsWindow() throws Exception {
    Audio speech = Golden.tiled(16_000 * 130 + 333);
    int[] units = tokenizer().tokenize(speech).frameIds();
    assertThat(units).hasSize((speech.length() + 639) / 640);
    // windows of 1500 units, the reference's unit for each from its middle
    int[] starts = {0, 1250, units.length - 1500};
    int[] ends = {1375, 2625, units.length};
    int done = 0;
    for (int w = 0; w < starts.length; w++) {
      int to = Math.min(speech.length(), (starts[w] + 1500) * 640);
      int[] window = tokenizer().tokenize(speech.slice(starts[w] * 640, to), REFERENCE).frameIds();
      assertThat(Arrays.copyOfRange(units, done, ends[w]))
          .isEqualTo(Arrays.copyOfRange(window, done - starts[w], ends[w] - starts[w]));
      done = ends[w];
    }
  }

  @Test
  void phonesInPiecesAreThoseOfTheWhole() throws Exception {
    int[] frames = new int[4000];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = i * 7919 % 4096;
    }
    UnitSequence units = UnitSequence.ofFrames(tokenizer().codebook(), frames);
    PhoneRecognizer recognizer = tokenizer().phones().orElseThrow();
    assertThat(recognizer.labels()).hasSize(240).startsWith("en_AA0").endsWith("CN_zh");
    List<Phone> phones = recognizer.recognize(units);
    PhoneNetwork network = golden.phones();
    float[] scores = network.run(new Quantiser(golden.config().levels()).codes(frames));
    for (Phone phone : phones) {
      int frame = (int) (phone.start().toMillis() / 40);
      int best = recognizer.labels().indexOf(phone.label());
      for (int c = 0; c < 241; c++) {
        assertThat(scores[frame * 241 + c]).isLessThanOrEqualTo(scores[frame * 241 + best] + 1e-4f);
      }
    }
    assertThat(phones).isNotEmpty();
  }

  @Test
  void phonesRefuseWhatTheyDontUnderstand() throws Exception {
    PhoneRecognizer recognizer = tokenizer().phones().orElseThrow();
    Codebook other = new Codebook("lite-40ms-4096", 4096, java.time.Duration.ofMillis(40));
    assertThatThrownBy(() -> recognizer.recognize(UnitSequence.ofFrames(other, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lite-40ms-4096");
    assertThatThrownBy(() -> recognizer.recognize(UnitSequence.of(tokenizer().codebook(), 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("run lengths");
    assertThat(recognizer.recognize(UnitSequence.ofFrames(tokenizer().codebook()))).isEmpty();
  }

  @Test
  void saysSoWhenItIsClosed() throws Exception {
    Golden closed = Golden.open("tiny_a");
    closed.close();
    assertThatThrownBy(() -> closed.tokenizer().tokenize(speech()))
        .isInstanceOf(ModelUnavailableException.class);
  }

  @Test
  void thousandsOfCallsLeaveNothingBehind() throws Exception {
    Audio word = Golden.tiled(2_000);
    UnitSequence expected = tokenizer().tokenize(word);
    int before = golden.network().heldArrays();
    for (int i = 0; i < 2000; i++) {
      assertThat(tokenizer().tokenize(word)).isEqualTo(expected);
    }
    assertThat(golden.network().heldArrays()).isEqualTo(before);
  }
}
