package org.emova4j.qwen.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.emova4j.engine.Safetensors;

/** What transformers computed. */
final class Golden {
  private final Safetensors tensors;
  private final JsonNode cases = TinyModel.cases();

  /**
   * @param chunks of the prompt, between images
   * @param beforeLast logits at the last position but one
   * @param last logits at the last position
   * @param tokens that follow, the likeliest each time
   * @param tops their logits
   * @param decoded the same as text
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Generation(
      String text,
      List<int[]> chunks,
      float[] beforeLast,
      float[] last,
      List<Integer> tokens,
      float[] tops,
      String decoded) {}

  private Golden(Safetensors tensors) {
    this.tensors = tensors;
  }

  static Golden read(Path folder) throws Exception {
    Path file = folder.resolve("golden.safetensors");
    try (InputStream in = TinyModel.resource("golden.safetensors")) {
      Files.copy(in, file);
    }
    return new Golden(Safetensors.open(file));
  }

  /** Ids of the tokenizer, without the padding rows. */
  int size() {
    return cases.get("size").asInt();
  }

  float[] tensor(String name) throws Exception {
    return tensors.read(name);
  }

  JsonNode tokens() {
    return cases.get("tokens");
  }

  Generation generation(String name) throws Exception {
    for (JsonNode node : cases.get("generation")) {
      if (node.get("name").asText().equals(name)) {
        float[] logits = tensor(name + ".logits");
        int width = logits.length / 2;
        List<int[]> chunks = new ArrayList<>();
        node.get("ids").forEach(chunk -> chunks.add(ints(chunk)));
        return new Generation(
            node.get("text").asText(),
            chunks,
            Arrays.copyOf(logits, width),
            Arrays.copyOfRange(logits, width, 2 * width),
            Arrays.stream(ints(node.get("tokens"))).boxed().toList(),
            tensor(name + ".tops"),
            node.get("decoded").asText());
      }
    }
    throw new AssertionError(name);
  }

  static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }

  /** Of the two elements that differ most. */
  static float distance(float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      throw new AssertionError("%d and %d elements".formatted(actual.length, expected.length));
    }
    float worst = 0;
    for (int i = 0; i < actual.length; i++) {
      float difference = Math.abs(actual[i] - expected[i]);
      worst = difference <= worst ? worst : difference; // so that NaN is kept
    }
    return worst;
  }
}
