package org.emova4j.qwen.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.TextTokenizer;
import org.emova4j.engine.testing.TestEngine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tokenizer library, by what Hugging Face's own Python binding gives. */
class TokenizerTest {
  @TempDir static Path folder;
  private static Path file;
  private static TextTokenizer tokenizer;
  private static TokenTable table;

  @BeforeAll
  static void load() throws Exception {
    file = TinyModel.write(folder.resolve("model"), true, false, "F16").resolve("tokenizer.json");
    tokenizer = TestEngine.get().openTokenizer(file);
    table = TokenTable.read(file);
  }

  @Test
  void givesTheIdsOfHuggingFace() throws Exception {
    for (JsonNode node : TinyModel.cases().get("tokens")) {
      assertThat(tokenizer.encode(node.get("text").asText()))
          .as(node.get("text").asText())
          .containsExactly(Arrays.stream(Golden.ints(node.get("ids"))).asLongStream().toArray());
    }
  }

  @Test
  void findsEveryUnitUnderItsPermutedId() throws Exception {
    int[] units = table.units();
    assertThat(units).hasSize(4096).doesNotHaveDuplicates();
    for (int unit : new int[] {0, 1, 2047, 4095}) {
      assertThat(tokenizer.encode("<|speech_%d|>".formatted(unit))).containsExactly(units[unit]);
    }
    assertThat(units[1]).isNotEqualTo(units[0] + 1);
    assertThat(table.size()).isEqualTo(TinyModel.cases().get("size").asInt());
  }

  @Test
  void leavesSpecialTokensOutOfTextAndKeepsUnits() throws Exception {
    long[] ids = tokenizer.encode("Hi<|speech_3|><|im_end|>");
    assertThat(tokenizer.decode(ids, true)).isEqualTo("Hi<|speech_3|>");
    assertThat(tokenizer.decode(ids, false)).isEqualTo("Hi<|speech_3|><|im_end|>");
  }

  @Test
  void holdsBackBytesOfACharacterUntilItIsComplete() throws Exception {
    TextStream text = new TextStream(tokenizer);
    StringBuilder all = new StringBuilder();
    for (long id : tokenizer.encode("a😀é世")) {
      String piece = text.add((int) id);
      assertThat(piece).doesNotContain("\uFFFD");
      all.append(piece);
    }
    assertThat(all.append(text.rest())).hasToString("a😀é世");
  }

  @Test
  void showsBytesThatNeverBecomeACharacter() throws Exception {
    long[] face = tokenizer.encode("😀"); // four bytes, a token each
    assertThat(face).hasSize(4);
    TextStream text = new TextStream(tokenizer);
    assertThat(text.add((int) face[0])).isEmpty();
    assertThat(text.rest()).isEqualTo("\uFFFD");
  }

  @Test
  void survivesLoneSurrogatesAndUnknownIds() throws Exception {
    assertThat(tokenizer.encode("a\uD83Db")).isEqualTo(tokenizer.encode("a\uFFFDb"));
    assertThat(tokenizer.decode(new long[] {1_000_000}, false)).isEmpty();
    assertThatThrownBy(() -> tokenizer.decode(new long[] {1L << 40}, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesFilesThatAreNoTokenizers() throws Exception {
    for (String bad :
        List.of(
            "",
            "{}",
            "[]",
            "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":-1},\"merges\":[]}}",
            "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":99999999999},\"merges\":[]}}",
            "{\"model\":")) {
      Path broken = Files.writeString(folder.resolve("broken.json"), bad);
      assertThatThrownBy(() -> TestEngine.get().openTokenizer(broken))
          .as(bad)
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageContaining("broken.json");
      assertThatThrownBy(() -> TokenTable.read(broken))
          .as(bad)
          .isInstanceOf(ModelUnavailableException.class);
    }
  }

  @Test
  void refusesAfterItIsClosed() throws Exception {
    TextTokenizer closed = TestEngine.get().openTokenizer(file);
    closed.close();
    assertThatThrownBy(() -> closed.encode("a"))
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("is closed");
    closed.close();
  }
}
