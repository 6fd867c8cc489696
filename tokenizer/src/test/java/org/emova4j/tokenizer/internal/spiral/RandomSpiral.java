package org.emova4j.tokenizer.internal.spiral;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Weights of any size that mean nothing but keep a signal alive, for measurements. */
final class RandomSpiral {
  private RandomSpiral() {}

  /** Names and shapes of every tensor that the network of a configuration reads. */
  static Map<String, long[]> shapes(SpiralConfig config) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (int i = 0; i < config.blocks().size(); i++) {
      String name = "encoder.feature_encoder.block_modules." + i + ".";
      if (config.blocks().get(i) instanceof SpiralConfig.Conv c) {
        add(shapes, name + "conv.conv", c.out(), c.in(), c.kernel());
        add(shapes, name + "norm", c.out());
      } else if (config.blocks().get(i) instanceof SpiralConfig.Transformer t) {
        addTransformer(shapes, name, t);
      }
    }
    add(shapes, "pre_quant", config.levels().size(), config.width());
    config
        .phones()
        .ifPresent(
            head -> {
              int in = config.levels().size();
              for (int i = 0; i < head.widths().size(); i++) {
                int out = head.widths().get(i);
                add(shapes, "decoder.conv_layers." + i + ".conv.conv", out, in, head.kernel());
                in = out;
              }
              add(shapes, "decoder.decoder_layers.0", head.labels().size() + 1, in, 1);
            });
    return shapes;
  }

  private static void addTransformer(
      Map<String, long[]> shapes, String name, SpiralConfig.Transformer t) {
    int width = t.width();
    shapes.put(name + "pos_conv.0.bias", new long[] {width});
    shapes.put(name + "pos_conv.0.weight_g", new long[] {1, 1, t.kernel()});
    shapes.put(name + "pos_conv.0.weight_v", new long[] {width, width / t.groups(), t.kernel()});
    for (int l = 0; l < t.layers(); l++) {
      String layer = name + "layers." + l + ".";
      for (String projection : new String[] {"k_proj", "v_proj", "q_proj", "out_proj"}) {
        add(shapes, layer + "self_attn." + projection, width, width);
      }
      add(shapes, layer + "self_attn_layer_norm", width);
      add(shapes, layer + "fc1", t.hidden(), width);
      add(shapes, layer + "fc2", width, t.hidden());
      add(shapes, layer + "final_layer_norm", width);
    }
    add(shapes, name + "layer_norm", width);
  }

  private static void add(Map<String, long[]> shapes, String name, long... weight) {
    shapes.put(name + ".weight", weight);
    shapes.put(name + ".bias", new long[] {weight[0]});
  }

  /** Number of all weights. */
  static long parameters(SpiralConfig config) {
    return shapes(config).values().stream().mapToLong(RandomSpiral::length).sum();
  }

  private static long length(long... shape) {
    return LongStream.of(shape).reduce(1, Math::multiplyExact);
  }

  /** Writes them as a safetensors file; the same seed makes the same file. */
  static Path write(SpiralConfig config, long seed, Path file) {
    Map<String, long[]> shapes = shapes(config);
    StringBuilder header = new StringBuilder("{");
    long end = 0;
    for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
      long begin = end;
      end += 4 * length(tensor.getValue());
      header.append(
          "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
              .formatted(
                  begin == 0 ? "" : ",",
                  tensor.getKey(),
                  LongStream.of(tensor.getValue())
                      .mapToObj(Long::toString)
                      .collect(Collectors.joining(",")),
                  begin,
                  end));
    }
    byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    SplittableRandom random = new SplittableRandom(seed);
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeLong(Long.reverseBytes(json.length));
      out.write(json);
      for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
        out.write(values(tensor.getKey(), random, tensor.getValue()));
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] values(String name, SplittableRandom random, long... shape) {
    int length = Math.toIntExact(length(shape));
    double fanIn = shape.length == 1 ? 1 : length / (double) shape[0];
    boolean gain = name.endsWith("norm.weight") || name.endsWith("weight_g");
    double middle = gain ? 1 : 0;
    double spread =
        gain || name.endsWith("bias")
            ? 0.1
            : (name.startsWith("pre_quant") ? 3 : 1.7) / Math.sqrt(fanIn);
    ByteBuffer bytes = ByteBuffer.allocate(4 * length).order(ByteOrder.LITTLE_ENDIAN);
    IntStream.range(0, length)
        .forEach(i -> bytes.putFloat((float) (middle + spread * (2 * random.nextDouble() - 1))));
    return bytes.array();
  }
}
