package org.emova4j.runtime.cli;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.emova4j.runtime.Json;

/**
 * Floating-point operations that a network needs for a second of speech: two for each weight and
 * each place that it is applied at, and attention. What is smaller (spectra, norms, activations) is
 * not counted.
 */
final class NetworkCost {
  private static final int MAX_HEADER_BYTES = 32_000_000;
  private static final double UNITS_PER_SECOND = 25;

  private final Map<String, List<?>> shapes;
  private final Map<String, Object> config;

  private NetworkCost(Map<String, List<?>> shapes, Map<String, Object> config) {
    this.shapes = shapes;
    this.config = config;
  }

  /**
   * @param weights a safetensors file
   * @param config the {@code config.json} that belongs to it
   */
  static NetworkCost of(Path weights, Path config) throws IOException {
    Map<String, List<?>> shapes = new LinkedHashMap<>();
    try (DataInputStream in = new DataInputStream(Files.newInputStream(weights))) {
      long bytes = Long.reverseBytes(in.readLong());
      if (bytes < 2 || bytes > MAX_HEADER_BYTES) {
        throw new IOException("%s is no safetensors file".formatted(weights));
      }
      String header = new String(in.readNBytes((int) bytes), StandardCharsets.UTF_8);
      Json.parseForeignObject(header)
          .forEach(
              (name, entry) -> {
                if (((Map<?, ?>) entry).get("shape") instanceof List<?> shape) {
                  shapes.put(name, shape);
                }
              });
    }
    return new NetworkCost(shapes, Json.parseForeignObject(Files.readString(config)));
  }

  /** Of an architecture, for one second of an utterance of so many. */
  double perSecond(String architecture, double seconds) throws IOException {
    return switch (architecture) {
      case "spiral-fsq" -> spiral(seconds);
      case "uvits" -> uvits(seconds);
      default ->
          throw new IOException("the operations of a %s are not known".formatted(architecture));
    };
  }

  private double spiral(double seconds) {
    String blocks = "encoder.feature_encoder.block_modules.";
    double rate = 1 / number("encoder", "preprocessor", "window_stride");
    double operations = 0;
    int index = 0;
    for (Object block : (List<?>) at("encoder", "feature_encoder", "conv_transformer_blocks")) {
      for (Object layer : (List<?>) ((Map<?, ?>) block).get("conv_layers")) {
        Object stride = ((Map<?, ?>) layer).get("stride");
        rate /= ((Number) (stride instanceof List<?> list ? list.get(0) : stride)).doubleValue();
        operations += weights(blocks + index++ + ".", rate);
      }
      if (((Map<?, ?>) block).get("transformer_block") != null) {
        operations += weights(blocks + index + ".", rate);
        operations += attention(blocks + index + ".", ".self_attn.q_proj.weight", rate, seconds);
        index++;
      }
    }
    return operations + weights("pre_quant.", rate);
  }

  private double uvits(double seconds) {
    double rate = number("data", "sampling_rate") / number("data", "hop_length");
    double operations =
        weights("enc_p.encoder.", UNITS_PER_SECOND)
            + weights("enc_p.proj.", UNITS_PER_SECOND)
            + attention("enc_p.", ".conv_q.weight", UNITS_PER_SECOND, seconds)
            + weights("dp.", UNITS_PER_SECOND)
            + weights("flow.", rate)
            + weights("dec.conv_pre.", rate);
    int kernels = ((List<?>) at("model", "resblock_kernel_sizes")).size();
    List<?> rates = (List<?>) at("model", "upsample_rates");
    for (int stage = 0; stage < rates.size(); stage++) {
      operations += weights("dec.ups.%d.".formatted(stage), rate);
      rate *= ((Number) rates.get(stage)).doubleValue();
      for (int k = 0; k < kernels; k++) {
        operations += weights("dec.resblocks.%d.".formatted(stage * kernels + k), rate);
      }
    }
    return operations + weights("dec.conv_post.", rate);
  }

  /** Of all matrices and kernels under a prefix, each applied so many times a second. */
  private double weights(String prefix, double rate) {
    double elements = 0;
    for (Map.Entry<String, List<?>> entry : shapes.entrySet()) {
      String name = entry.getKey();
      boolean applied =
          name.startsWith(prefix)
              && !name.endsWith("weight_g")
              && !name.contains(".cond") // once an utterance
              && entry.getValue().size() > 1;
      if (applied) {
        elements +=
            entry.getValue().stream().mapToDouble(NetworkCost::value).reduce(1, (a, b) -> a * b);
      }
    }
    return 2 * elements * rate;
  }

  /** Every place looks at every other: products of queries and keys, and sums of values. */
  private double attention(String prefix, String suffix, double rate, double seconds) {
    return shapes.entrySet().stream()
        .filter(e -> e.getKey().startsWith(prefix) && e.getKey().endsWith(suffix))
        .mapToDouble(e -> 4 * value(e.getValue().get(0)) * rate * seconds * rate)
        .sum();
  }

  private static double value(Object number) {
    return ((Number) number).doubleValue();
  }

  private double number(String... path) {
    return value(at(path));
  }

  private Object at(String... path) {
    Object value = config;
    for (String name : path) {
      value = ((Map<?, ?>) value).get(name);
    }
    return value;
  }
}
