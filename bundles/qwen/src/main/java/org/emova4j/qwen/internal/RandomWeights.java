package org.emova4j.qwen.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A safetensors file of a decoder that knows nothing, in bfloat16, for timing. */
final class RandomWeights {
  private static final int BLOCK = 1 << 20;

  private RandomWeights() {}

  static long parameters(QwenConfig config) {
    return shapes(config).values().stream().mapToLong(RandomWeights::size).sum();
  }

  private static long size(int[] shape) {
    long size = 1;
    for (int n : shape) {
      size *= n;
    }
    return size;
  }

  private static Map<String, int[]> shapes(QwenConfig config) {
    int hidden = config.hiddenSize();
    int queries = config.heads() * config.headSize();
    int keys = config.keyHeads() * config.headSize();
    int inner = config.innerSize();
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put("model.embed_tokens.weight", new int[] {config.rows(), hidden});
    for (int i = 0; i < config.layers(); i++) {
      String layer = "model.layers." + i + ".";
      shapes.put(layer + "input_layernorm.weight", new int[] {hidden});
      shapes.put(layer + "self_attn.q_proj.weight", new int[] {queries, hidden});
      shapes.put(layer + "self_attn.q_proj.bias", new int[] {queries});
      shapes.put(layer + "self_attn.k_proj.weight", new int[] {keys, hidden});
      shapes.put(layer + "self_attn.k_proj.bias", new int[] {keys});
      shapes.put(layer + "self_attn.v_proj.weight", new int[] {keys, hidden});
      shapes.put(layer + "self_attn.v_proj.bias", new int[] {keys});
      shapes.put(layer + "self_attn.o_proj.weight", new int[] {hidden, queries});
      shapes.put(layer + "post_attention_layernorm.weight", new int[] {hidden});
      shapes.put(layer + "mlp.gate_proj.weight", new int[] {inner, hidden});
      shapes.put(layer + "mlp.up_proj.weight", new int[] {inner, hidden});
      shapes.put(layer + "mlp.down_proj.weight", new int[] {hidden, inner});
    }
    shapes.put("model.norm.weight", new int[] {hidden});
    if (!config.tied()) {
      shapes.put("lm_head.weight", new int[] {config.rows(), hidden});
    }
    return shapes;
  }

  /** Writes two bytes a parameter. */
  static void write(Path file, QwenConfig config) throws IOException {
    StringBuilder header = new StringBuilder("{");
    long end = 0;
    for (Map.Entry<String, int[]> entry : shapes(config).entrySet()) {
      int[] shape = entry.getValue();
      long next = end + Short.BYTES * size(shape);
      header
          .append(end == 0 ? "" : ",")
          .append('"')
          .append(entry.getKey())
          .append("\":{\"dtype\":\"BF16\",\"shape\":")
          .append(Arrays.toString(shape))
          .append(",\"data_offsets\":[%d,%d]}".formatted(end, next));
      end = next;
    }
    byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer start = ByteBuffer.allocate(Long.BYTES + json.length).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(json.length).put(json).flip();
    Random random = new Random(1);
    ByteBuffer block =
        ByteBuffer.allocateDirect(BLOCK * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < BLOCK; i++) {
      float value = 0.04f * (random.nextFloat() - 0.5f);
      block.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
    }
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (start.hasRemaining()) {
        out.write(start);
      }
      // The same numbers again and again are as slow to multiply as others.
      for (long done = 0; done < end; done += block.limit()) {
        block.clear().limit((int) Math.min(block.capacity(), end - done));
        while (block.hasRemaining()) {
          out.write(block);
        }
      }
    }
  }
}
