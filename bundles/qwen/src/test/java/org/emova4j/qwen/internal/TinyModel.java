package org.emova4j.qwen.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.emova4j.api.vision.ImagePatches;

/**
 * The tiny random checkpoint that {@code fixtures.py} computed with, made from the same formula.
 */
final class TinyModel {
  private static final ObjectMapper JSON = new ObjectMapper();

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Tensor(String name, String rule, long[] shape, int line) {
    int length() {
      long n = 1;
      for (long size : shape) {
        n *= size;
      }
      return (int) n;
    }
  }

  private TinyModel() {}

  /** What {@code fixtures.py} noted. */
  static JsonNode cases() {
    try (InputStream in = resource("cases.json")) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static InputStream resource(String name) {
    return TinyModel.class.getResourceAsStream("/" + name);
  }

  /**
   * Writes the checkpoint as Hugging Face does.
   *
   * @param types of the shards: F32, F16 or BF16 for each
   * @param vision whether the vision tower comes along
   */
  static Path write(Path folder, boolean tied, boolean vision, String... types) {
    try {
      Files.createDirectories(folder);
      ObjectNode config = (ObjectNode) cases().get("config").deepCopy();
      config.put("tie_word_embeddings", tied);
      config.set("vision_config", cases().get("vision"));
      JSON.writeValue(folder.resolve("config.json").toFile(), config);
      try (InputStream in = new GZIPInputStream(resource("tokenizer.json.gz"))) {
        Files.copy(in, folder.resolve("tokenizer.json"));
      }
      List<Tensor> tensors =
          tensors(
              name ->
                  !(tied && name.equals("lm_head.weight"))
                      && (vision || !name.matches(".*(vision_tower|mm_projector).*")));
      ObjectNode index = JSON.createObjectNode();
      ObjectNode map = index.putObject("weight_map");
      for (int shard = 0; shard < types.length; shard++) {
        String name =
            types.length == 1
                ? "model.safetensors"
                : "model-%05d-of-%05d.safetensors".formatted(shard + 1, types.length);
        int from = tensors.size() * shard / types.length;
        List<Tensor> part = tensors.subList(from, tensors.size() * (shard + 1) / types.length);
        Files.write(folder.resolve(name), file(part, types[shard]));
        part.forEach(t -> map.put(t.name(), name));
      }
      if (types.length > 1) {
        JSON.writeValue(folder.resolve("model.safetensors.index.json").toFile(), index);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Tensor> tensors(Predicate<String> wanted) throws IOException {
    List<Tensor> tensors = new ArrayList<>();
    try (InputStream in = resource("weights.txt")) {
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.UTF_8).strip().lines().toList();
      for (int line = 0; line < lines.size(); line++) {
        String[] fields = lines.get(line).split(" ", -1);
        long[] shape = Stream.of(fields).skip(2).mapToLong(Long::parseLong).toArray();
        if (wanted.test(fields[0])) {
          tensors.add(new Tensor(fields[0], fields[1], shape, line));
        }
      }
    }
    return tensors;
  }

  private static byte[] file(List<Tensor> tensors, String type) throws IOException {
    int size = type.equals("F32") ? 4 : 2;
    ObjectNode header = JSON.createObjectNode();
    long end = 0;
    for (Tensor t : tensors) {
      ObjectNode entry = header.putObject(t.name()).put("dtype", type);
      for (long s : t.shape()) {
        entry.withArray("shape").add(s);
      }
      long next = end + (long) size * t.length();
      entry.putArray("data_offsets").add(end).add(next);
      end = next;
    }
    byte[] json = JSON.writeValueAsBytes(header);
    ByteBuffer data =
        ByteBuffer.allocate((int) (8 + json.length + end)).order(ByteOrder.LITTLE_ENDIAN);
    data.putLong(json.length).put(json);
    for (Tensor t : tensors) {
      for (int i = 0; i < t.length(); i++) {
        int number = byteAt(t.line(), i);
        float value =
            t.rule().equals("norm")
                ? 1 + (number & 63) / 128f
                : (float) (number * Math.pow(2, -Integer.parseInt(t.rule())));
        switch (type) {
          case "F32" -> data.putFloat(value);
          case "BF16" -> data.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
          case "F16" -> data.putShort(half(value));
          default -> throw new IllegalArgumentException(type);
        }
      }
    }
    return data.array();
  }

  /** The images of the fixtures: grids of 4 x 6 and of 2 x 4 patches. */
  static ImagePatches patches(int image) {
    int rows = image == 0 ? 4 : 2;
    int columns = image == 0 ? 6 : 4;
    float[] values = new float[rows * columns * ImagePatches.PATCH_LENGTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = byteAt(1000 + image, i) / 64f;
    }
    return ImagePatches.adopt(values, rows, columns);
  }

  /** A number from -128 to 127. */
  static int byteAt(int line, int index) {
    long z = (((line + 1L) << 32) + index) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (int) ((z ^ (z >>> 31)) >>> 56) - 128;
  }

  /** Exact for zero, normal halves and the subnormal ones that occur here. */
  private static short half(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int exponent = ((bits >>> 23) & 0xff) - 127 + 15;
    if (exponent <= 0) {
      return (short) (sign | Math.round(Math.abs(value) * 0x1p24f));
    }
    return (short) (sign | exponent << 10 | (bits & 0x7fffff) >>> 13);
  }
}
