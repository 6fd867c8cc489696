package org.emova4j.tokenizer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.unit.Codebook;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.dsp.LogMel;
import org.emova4j.engine.testing.FormulaWeights;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiteTokenizerTest extends SpeechTokenizerContract {
  private static final Codebook CODEBOOK =
      new Codebook("lite-40ms-4096", 4096, Duration.ofMillis(40));

  @TempDir private static Path folder;
  private static TokenizerNetwork network;

  @BeforeAll
  static void open() throws Exception {
    TensorEngine engine = TestEngine.get();
    Path weights = FormulaWeights.write(Fixtures.class, folder.resolve("weights.safetensors"));
    network = new TokenizerNetwork(engine.open(weights), engine.ops());
  }

  @AfterAll
  static void close() {
    network.close();
  }

  @Override
  protected SpeechTokenizer tokenizer() {
    return new LiteTokenizer(network, CODEBOOK, 30);
  }

  @Override
  protected Audio speech() {
    return Fixtures.speech();
  }

  @Test
  void featuresAgreeWithTheReference() {
    LogMel mel = LogMel.of(speech().buffer());
    assertThat(mel.gain()).isCloseTo(Fixtures.golden("gain")[0], within(1e-6));
    float[] rows = mel.scaled(40, 60);
    assertThat(rows).containsExactly(Fixtures.golden("log_mel"), within(2e-3f));
    assertThat(new Normalisation(mel).apply(rows))
        .containsExactly(Fixtures.golden("normalised"), within(2e-3f));
  }

  @Test
  void networkAgreesWithTheReference() throws Exception {
    LogMel mel = LogMel.of(speech().buffer());
    float[] z = network.run(new Normalisation(mel).apply(mel.scaled(0, mel.frames())));
    assertThat(z).containsExactly(Fixtures.golden("z"), within(1e-3f));
  }

  @Test
  void unitsAgreeWithTheReference() throws Exception {
    float[] golden = Fixtures.golden("ids");
    int[] ids = tokenizer().tokenize(speech()).frameIds();
    assertThat(ids).hasSize(golden.length);
    for (int u = 0; u < ids.length; u++) {
      assertThat(ids[u]).as("unit %d", u).isEqualTo((int) golden[u]);
    }
  }

  @Test
  void piecesGiveTheSameUnitsAsTheWhole() throws Exception {
    Audio longer = repeated(12);
    int[] whole = new LiteTokenizer(network, CODEBOOK, 600).tokenize(longer).frameIds();
    for (int seconds : new int[] {1, 3, 7}) {
      int[] pieces = new LiteTokenizer(network, CODEBOOK, seconds).tokenize(longer).frameIds();
      assertThat(pieces).isEqualTo(whole);
    }
  }

  @Test
  void unitsDontDependOnLoudness() throws Exception {
    float[] softer = speech().samples();
    for (int i = 0; i < softer.length; i++) {
      softer[i] *= 0.5f;
    }
    int[] expected = tokenizer().tokenize(speech()).frameIds();
    int[] actual = tokenizer().tokenize(Audio.of(softer, 16_000)).frameIds();
    int same = 0;
    for (int u = 0; u < expected.length; u++) {
      same += expected[u] == actual[u] ? 1 : 0;
    }
    // the floor of the log-mel leaves a little
    assertThat(same).isGreaterThanOrEqualTo(expected.length * 8 / 10);
  }

  @Test
  void refusesWeightsOfAnotherShape() throws Exception {
    TensorEngine engine = TestEngine.get();
    Path other = Fixtures.resource("/golden.safetensors");
    assertThatThrownBy(() -> new TokenizerNetwork(engine.open(other), engine.ops()))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("conv1.weight");
  }

  @Test
  void saysSoWhenItIsClosed() throws Exception {
    TensorEngine engine = TestEngine.get();
    Path weights = FormulaWeights.write(Fixtures.class, folder.resolve("closed.safetensors"));
    LiteTokenizer closed =
        new LiteTokenizer(new TokenizerNetwork(engine.open(weights), engine.ops()), CODEBOOK, 30);
    closed.close();
    assertThatThrownBy(() -> closed.tokenize(speech()))
        .isInstanceOf(ModelUnavailableException.class);
  }

  private static Audio repeated(int times) {
    float[] once = Fixtures.speech().samples();
    float[] all = new float[once.length * times + 777];
    Random random = new Random(5);
    for (int i = 0; i < times; i++) {
      float factor = 0.5f + random.nextFloat() / 2;
      for (int k = 0; k < once.length; k++) {
        all[i * once.length + k] = factor * once[k];
      }
    }
    return Audio.of(Arrays.copyOf(all, all.length), 16_000);
  }
}
