package org.emova4j.vocoder.internal.uvits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.emova4j.api.speech.InferenceFailedException;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.testing.TestEngine;
import org.emova4j.vocoder.internal.VocoderContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UvitsVocoderTest extends VocoderContract {
  private static final Codebook CODEBOOK =
      new Codebook("emova-40ms-4096", 4096, Duration.ofMillis(40));
  private static final String SPACE = "emova-256";
  private static final UvitsVocoder.Options WHOLE = options(100_000, 2000, 100);

  @TempDir private static Path folder;
  private static UvitsNetwork network;

  @BeforeAll
  static void open() throws Exception {
    network = network("weights");
  }

  @AfterAll
  static void close() {
    network.close();
  }

  private static UvitsNetwork network(String name) throws SpeechException {
    TensorEngine engine = TestEngine.get();
    Path weights = RandomUvits.write(RandomUvits.SMALL, CODEBOOK.size(), folder.resolve(name));
    return new UvitsNetwork(engine.open(weights), engine.ops(), RandomUvits.SMALL);
  }

  private static UvitsVocoder.Options options(int pieceFrames, int unitsAtOnce, int maxSeconds) {
    return new UvitsVocoder.Options(0.667f, 0.8f, 1, unitsAtOnce, pieceFrames, maxSeconds);
  }

  private static UvitsVocoder vocoder(UvitsVocoder.Options options) {
    return new UvitsVocoder(network, CODEBOOK, SPACE, new SeededNoise(0), options);
  }

  @Override
  protected Vocoder vocoder() {
    return vocoder(UvitsVocoder.Options.DEFAULT);
  }

  @Override
  protected StyleVector style() {
    float[] values = new float[RandomUvits.SMALL.style()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    return StyleVector.of(SPACE, values);
  }

  private static UnitSequence units(int count) {
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = (int) (((i * 2_654_435_761L) >>> 7) & 4095);
    }
    return UnitSequence.of(CODEBOOK, ids);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 64})
  void piecesGiveTheSameSoundAsTheWhole(int pieceFrames) throws Exception {
    UnitSequence units = units(pieceFrames == 1 ? 12 : 40);
    float[] whole = vocoder(WHOLE).vocode(units, style()).samples();
    float[] pieces = vocoder(options(pieceFrames, 2000, 100)).vocode(units, style()).samples();
    assertThat(Difference.of(pieces, whole)).isLessThan(2e-6f);
    assertThat(loudest(whole)).isGreaterThan(0.05f);
  }

  private static float loudest(float[] sound) {
    float most = 0;
    for (float sample : sound) {
      most = Math.max(most, Math.abs(sample));
    }
    return most;
  }

  @Test
  void piecesSeeNoMoreThanTheyMust() throws Exception {
    UvitsNetwork.Plan plan = network.plan(1000, 500, 501);
    // 13 frames for the generator, 32 more for the flow, as measured at the reference
    assertThat(plan.plan().latent()).isEqualTo(new Span(500 - 13, 501 + 13));
    assertThat(plan.drawn()).isEqualTo(new Span(500 - 13 - 32, 501 + 13 + 32));
    assertThat(network.plan(1000, 0, 1000).drawn()).isEqualTo(new Span(0, 1000));
  }

  @Test
  void overlappingPiecesOfALongTextAgreeWithTheWholeWhereTheyCoverIt() throws Exception {
    UnitSequence units = units(30);
    float[] whole = vocoder(WHOLE).vocode(units, style()).samples();
    float[] pieces = vocoder(options(100_000, 4, 100)).vocode(units, style()).samples();
    assertThat(Difference.of(pieces, whole)).isLessThan(2e-6f);
  }

  @Test
  void aLongTextIsNotReadAsOne() throws Exception {
    UnitSequence units = units(700);
    int length = vocoder(options(512, 100, 1000)).vocode(units, style()).length();
    assertThat(length / 256.0 / units.length()).isBetween(2.0, 10.0); // frames a unit
  }

  @Test
  void mergesRepeatsOfTimedUnitsOnly() throws Exception {
    float[] merged =
        vocoder()
            .vocode(UnitSequence.ofTimed(CODEBOOK, new int[] {5, 6}, new int[] {3, 1}), style())
            .samples();
    assertThat(
            vocoder()
                .vocode(
                    UnitSequence.ofTimed(CODEBOOK, new int[] {5, 5, 6}, new int[] {1, 2, 1}),
                    style())
                .samples())
        .isEqualTo(merged);
    assertThat(vocoder().vocode(UnitSequence.of(CODEBOOK, 5, 5, 6), style()).length())
        .isNotEqualTo(vocoder().vocode(UnitSequence.of(CODEBOOK, 5, 6), style()).length());
  }

  @Test
  void passesOverProsody() throws Exception {
    UnitSequence units = UnitSequence.ofTimed(CODEBOOK, new int[] {5, 6}, new int[] {3, 1});
    Prosody prosody = Prosody.of(100, new float[16], new float[16]);
    assertThat(vocoder().readsProsody()).isFalse();
    assertThat(vocoder().vocode(units, style(), Optional.of(prosody)))
        .isEqualTo(vocoder().vocode(units, style()));
  }

  @Test
  void anotherSeedIsAnotherReading() throws Exception {
    UnitSequence units = units(5);
    Vocoder other =
        new UvitsVocoder(
            network, CODEBOOK, SPACE, new SeededNoise(1), UvitsVocoder.Options.DEFAULT);
    assertThat(other.vocode(units, style())).isNotEqualTo(vocoder().vocode(units, style()));
  }

  @Test
  void styleChangesTheSound() throws Exception {
    UnitSequence units = UnitSequence.ofTimed(CODEBOOK, new int[] {5}, new int[] {3});
    StyleVector none = StyleVector.of(SPACE, new float[RandomUvits.SMALL.style()]);
    assertThat(vocoder().vocode(units, style())).isNotEqualTo(vocoder().vocode(units, none));
  }

  @Test
  void refusesSoundOverTheLimit() {
    UnitSequence hours = UnitSequence.ofTimed(CODEBOOK, new int[] {1}, new int[] {100_000});
    assertThatThrownBy(() -> vocoder(WHOLE).vocode(hours, style()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4000 s")
        .hasMessageContaining("100 s");
    assertThatThrownBy(() -> vocoder(options(128, 2000, 1)).vocode(units(80), style()))
        .isInstanceOf(InferenceFailedException.class)
        .hasMessageContaining("the limit is 86");
    assertThatThrownBy(() -> vocoder(options(128, 10_000, 100)).vocode(units(9000), style()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("9000 units")
        .hasMessageContaining("8613");
  }

  @Test
  void refusesAStyleOfAnotherLength() {
    assertThatThrownBy(() -> vocoder().vocode(units(3), StyleVector.of(SPACE, new float[3])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 values")
        .hasMessageContaining("has 12");
  }

  @Test
  void refusesACodebookOfAnotherSize() {
    Codebook small = new Codebook("emova-40ms-4096", 4095, Duration.ofMillis(40));
    assertThatThrownBy(
            () ->
                new UvitsVocoder(
                    network, small, SPACE, new SeededNoise(0), UvitsVocoder.Options.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4095")
        .hasMessageContaining("4096");
  }

  @Test
  void refusesOptionsOutsideTheirLimits() {
    assertThatThrownBy(() -> options(0, 2000, 100)).hasMessageContaining("pieceFrames 0");
    assertThatThrownBy(() -> new UvitsVocoder.Options(Float.NaN, 0, 1, 1, 1, 1))
        .hasMessageContaining("noiseScale NaN");
  }

  @Test
  void saysSoWhenItIsClosed() throws Exception {
    UvitsVocoder closed =
        new UvitsVocoder(
            network("closed"), CODEBOOK, SPACE, new SeededNoise(0), UvitsVocoder.Options.DEFAULT);
    closed.close();
    assertThatThrownBy(() -> closed.vocode(units(3), style()))
        .isInstanceOf(ModelUnavailableException.class);
  }

  @Test
  void thousandsOfCallsLeaveNothingBehind() throws Exception {
    Path status = Path.of("/proc/self/status");
    Assumptions.assumeTrue(Files.exists(status), "only Linux says how much memory is resident");
    TensorEngine engine = TestEngine.get();
    UvitsSettings settings = UvitsSettings.read(Golden.resource("tiny_b/config.json"));
    try (UvitsNetwork tiny =
        new UvitsNetwork(
            engine.open(Golden.resource("tiny_b/model.safetensors")), engine.ops(), settings)) {
      Codebook codebook = new Codebook("tiny", tiny.units(), Duration.ofMillis(40));
      UvitsVocoder vocoder =
          new UvitsVocoder(
              tiny, codebook, "tiny", new SeededNoise(0), UvitsVocoder.Options.DEFAULT);
      UnitSequence one = UnitSequence.ofTimed(codebook, new int[] {7}, new int[] {2});
      StyleVector right = StyleVector.of("tiny", new float[settings.style()]);
      StyleVector wrong = StyleVector.of("tiny", 1);
      long before = 0;
      for (int i = 0; i < 2500; i++) {
        if (i == 500) {
          before = residentKilobytes(status);
        }
        assertThat(vocoder.vocode(one, right).length()).isEqualTo(640);
        assertThatThrownBy(() -> vocoder.vocode(one, wrong))
            .isInstanceOf(IllegalArgumentException.class);
      }
      // the arrays of a call take 150 kB at least: were a tenth of them lost, it would be 30 MB
      assertThat(residentKilobytes(status) - before).isLessThan(25_000);
    }
  }

  private static long residentKilobytes(Path status) throws IOException {
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
