package org.emova4j.qwen.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decoder against Hugging Face transformers' Qwen2, on the same weights. */
class DecoderTest {
  @TempDir static Path folder;
  private static Golden golden;

  @BeforeAll
  static void readGolden() throws Exception {
    golden = Golden.read(folder);
  }

  @ParameterizedTest
  @CsvSource({"text, 256", "speech, 256", "text.tied, 256", "speech.tied, 256", "speech, 7"})
  void givesTheLogitsAndThe64GreedyTokensOfTransformers(String name, int step) throws Exception {
    boolean tied = name.endsWith(".tied");
    Path model = TinyModel.write(folder.resolve(name + step), tied, false, "F32", "BF16", "F16");
    Golden.Generation expected = golden.generation(name);
    try (LoadedModel loaded = open(model, Precision.FLOAT32);
        Sequence sequence = loaded.decoder().open(512)) {
      int[] ids = expected.chunks().get(0);
      float[] logits = read(sequence, new Segment.Ids(ids).slice(0, ids.length - 1), step);
      assertClose(logits, expected.beforeLast());
      logits = sequence.append(new Segment.Ids(new int[] {ids[ids.length - 1]}), true);
      assertClose(logits, expected.last());
      assertThat(greedy(sequence, logits, expected.tops()))
          .containsExactlyElementsOf(expected.tokens());
    }
  }

  @ParameterizedTest
  @CsvSource({"image", "image.tied"})
  void readsImagesInPlaceOfTokensAsTransformersDoes(String name) throws Exception {
    boolean tied = name.endsWith(".tied");
    Path model = TinyModel.write(folder.resolve(name), tied, true, "BF16", "F32");
    Golden.Generation expected = golden.generation(name);
    try (LoadedModel loaded = open(model, Precision.FLOAT32);
        Sequence sequence = loaded.decoder().open(512)) {
      VisionTower tower = loaded.vision().orElseThrow();
      float[] logits = new float[0];
      for (int i = 0; i < expected.chunks().size(); i++) {
        if (i > 0) {
          float[] rows = tower.encode(TinyModel.patches(i - 1), () -> false).orElseThrow();
          logits = read(sequence, new Segment.Rows(rows, tower.hiddenSize()), 256);
        }
        logits = read(sequence, new Segment.Ids(expected.chunks().get(i)), 256);
      }
      assertClose(logits, expected.last());
      assertThat(greedy(sequence, logits, expected.tops()))
          .containsExactlyElementsOf(expected.tokens());
    }
  }

  @Test
  void comesCloseInBfloat16() throws Exception {
    Path model = TinyModel.write(folder.resolve("half"), false, false, "BF16");
    Golden.Generation expected = golden.generation("text");
    try (LoadedModel loaded = open(model, Precision.BFLOAT16);
        Sequence sequence = loaded.decoder().open(512)) {
      float[] logits = read(sequence, new Segment.Ids(expected.chunks().get(0)), 256);
      // 8 bits of precision, rounded again and again; the logits go up to 12.
      assertThat(Golden.distance(logits, expected.last())).isBetween(1e-5f, 0.5f);
    }
  }

  @Test
  void refusesToGrowBeyondItsCapacity() throws Exception {
    Path model = TinyModel.write(folder.resolve("small"), true, false, "F16");
    try (LoadedModel loaded = open(model, Precision.FLOAT32);
        Sequence sequence = loaded.decoder().open(3)) {
      sequence.append(new Segment.Ids(new int[] {1, 2}), false);
      assertThatThrownBy(() -> sequence.append(new Segment.Ids(new int[] {1, 2}), false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 tokens after 2")
          .hasMessageContaining("3 in all");
      assertThatThrownBy(() -> sequence.append(new Segment.Ids(new int[] {4608}), false))
          .hasMessage("token 4608 is outside 0..4607");
    }
  }

  @Test
  void refusesStepsOnceTheModelIsClosed() throws Exception {
    Path model = TinyModel.write(folder.resolve("closed"), true, false, "F16");
    LoadedModel loaded = open(model, Precision.FLOAT32);
    Sequence sequence = loaded.decoder().open(3);
    sequence.append(new Segment.Ids(new int[] {1}), true);
    loaded.close();
    assertThatThrownBy(() -> sequence.append(new Segment.Ids(new int[] {1}), true))
        .isInstanceOf(ModelUnavailableException.class);
    sequence.close();
  }

  private static LoadedModel open(Path model, Precision precision) throws SpeechException {
    return LoadedModel.open(TestEngine.get(), Checkpoint.read(model), precision);
  }

  private static float[] read(Sequence sequence, Segment segment, int step) throws SpeechException {
    float[] logits = new float[0];
    for (int from = 0; from < segment.count(); from += step) {
      int to = Math.min(segment.count(), from + step);
      logits = sequence.append(segment.slice(from, to), true);
    }
    return logits;
  }

  private static List<Integer> greedy(Sequence sequence, float[] first, float[] tops)
      throws SpeechException {
    float[] logits = first;
    List<Integer> tokens = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      int top = 0;
      for (int id = 1; id < golden.size(); id++) {
        top = logits[id] > logits[top] ? id : top;
      }
      assertThat(logits[top]).isCloseTo(tops[i], within(1e-4f));
      tokens.add(top);
      logits = sequence.append(new Segment.Ids(new int[] {top}), true);
    }
    return tokens;
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(Golden.distance(actual, expected)).isLessThan(1e-4f);
  }
}
