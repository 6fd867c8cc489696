package org.emova4j.qwen.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.Safetensors;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decoder against Hugging Face transformers' Qwen2, on the same weights. */
class DecoderTest {
  @TempDir static Path folder;
  private static Safetensors golden;
  private static JsonNode cases;

  @BeforeAll
  static void readGolden() throws Exception {
    Path file = folder.resolve("golden.safetensors");
    try (InputStream in = TinyModel.resource("golden.safetensors")) {
      Files.copy(in, file);
    }
    golden = Safetensors.open(file);
    cases = TinyModel.cases();
  }

  @ParameterizedTest
  @CsvSource({"text, 256", "speech, 256", "text.tied, 256", "speech.tied, 256", "speech, 7"})
  void givesTheLogitsAndThe64GreedyTokensOfTransformers(String name, int step) throws Exception {
    boolean tied = name.endsWith(".tied");
    Path model =
        TinyModel.write(folder.resolve(name + step), tied, false, "F32", "BF16", "F16");
    JsonNode expected = generation(name);
    int size = cases.get("size").asInt();
    float[] rows = golden.read(name + ".logits"); // (2, rows)
    float[] tops = golden.read(name + ".tops");
    try (LoadedModel loaded = LoadedModel.open(TestEngine.get(), Checkpoint.read(model), Precision.FLOAT32);
        Sequence sequence = loaded.decoder().open(512)) {
      int[] ids = ints(expected.get("ids").get(0));
      float[] logits = new float[0];
      for (int from = 0; from < ids.length - 1; from += step) {
        int to = Math.min(ids.length - 1, from + step);
        logits = sequence.append(new Segment.Ids(ids).slice(from, to), true);
      }
      int width = cases.get("rows").asInt();
      assertClose(logits, rows, 0, width);
      logits = sequence.append(new Segment.Ids(new int[] {ids[ids.length - 1]}), true);
      assertClose(logits, rows, width, width);

      List<Integer> tokens = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        int top = argMax(logits, size);
        assertThat(logits[top]).isCloseTo(tops[i], within(1e-4f));
        tokens.add(top);
        logits = sequence.append(new Segment.Ids(new int[] {top}), true);
      }
      assertThat(tokens).containsExactlyElementsOf(list(expected.get("tokens")));
    }
  }

  private static void assertClose(float[] actual, float[] expected, int from, int width) {
    assertThat(actual).hasSize(width);
    float worst = 0;
    for (int i = 0; i < width; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - expected[from + i]));
    }
    assertThat(worst).isLessThan(1e-4f);
  }

  private static JsonNode generation(String name) {
    for (JsonNode generation : cases.get("generation")) {
      if (generation.get("name").asText().equals(name)) {
        return generation;
      }
    }
    throw new AssertionError(name);
  }

  private static int argMax(float[] logits, int size) {
    int best = 0;
    for (int i = 1; i < size; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }

  private static List<Integer> list(JsonNode array) {
    List<Integer> values = new ArrayList<>();
    array.forEach(v -> values.add(v.asInt()));
    return values;
  }
}
