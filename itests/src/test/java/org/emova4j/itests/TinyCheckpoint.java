package org.emova4j.itests;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.zip.GZIPInputStream;

/**
 * A Qwen2 that sees and speaks 4096 units but knows nothing: random weights, in the shapes and with
 * the tokenizer of the fixtures of {@code bundles/qwen}, as Hugging Face saves a model.
 */
final class TinyCheckpoint {
  private static final Path FIXTURES = Path.of("../bundles/qwen/src/test/resources");
  private static final double DEVIATION = 0.15;

  private static final String CONFIG =
      """
      {"model_type": "qwen2", "vocab_size": 4608, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3,
       "num_attention_heads": 4, "num_key_value_heads": 2, "rms_norm_eps": 1e-6, "rope_theta": 1e6,
       "max_position_embeddings": 32768, "tie_word_embeddings": false, "vision_config": {"num_heads": 2}}
      """;

  private TinyCheckpoint() {}

  static void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), CONFIG);
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(FIXTURES.resolve("tokenizer.json.gz")))) {
      Files.copy(in, folder.resolve("tokenizer.json"));
    }
    List<String> tensors = Files.readAllLines(FIXTURES.resolve("weights.txt"));
    Files.write(folder.resolve("model.safetensors"), weights(tensors));
  }

  /**
   * @param tensors a line for each: name, rule ({@code norm} or another), sizes
   */
  private static byte[] weights(List<String> tensors) {
    StringJoiner header = new StringJoiner(",", "{", "}");
    int end = 0;
    for (String line : tensors) {
      String[] fields = line.split(" ", -1);
      String shape = String.join(",", Arrays.asList(fields).subList(2, fields.length));
      int next = end + Float.BYTES * size(fields);
      header.add(
          "\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
              .formatted(fields[0], shape, end, next));
      end = next;
    }
    byte[] json = header.toString().getBytes(UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + json.length + end).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);
    Random random = new Random(1);
    for (String line : tensors) {
      String[] fields = line.split(" ", -1);
      boolean norm = fields[1].equals("norm");
      for (int i = size(fields); i > 0; i--) {
        file.putFloat(norm ? 1 : (float) (DEVIATION * random.nextGaussian()));
      }
    }
    return file.array();
  }

  private static int size(String[] fields) {
    return Arrays.stream(fields).skip(2).mapToInt(Integer::parseInt).reduce(1, (a, b) -> a * b);
  }
}
