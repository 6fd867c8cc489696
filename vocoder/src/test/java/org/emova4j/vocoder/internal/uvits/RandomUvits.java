package org.emova4j.vocoder.internal.uvits;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Weights of any size that mean nothing, but keep every quantity in the range of a trained network:
 * the sound is a noise of moderate level, units last about four frames. They are the same every
 * time.
 */
final class RandomUvits {
  /** The sizes of EMOVA's released network. */
  static final UvitsSettings OFFICIAL =
      new UvitsSettings(
          22_050,
          192,
          192,
          768,
          2,
          6,
          3,
          256,
          512,
          List.of(
              new UvitsSettings.Upsampling(8, 16),
              new UvitsSettings.Upsampling(8, 16),
              new UvitsSettings.Upsampling(2, 4),
              new UvitsSettings.Upsampling(2, 4)),
          List.of(
              new UvitsSettings.Block(3, List.of(1, 3, 5)),
              new UvitsSettings.Block(7, List.of(1, 3, 5)),
              new UvitsSettings.Block(11, List.of(1, 3, 5))));

  /** The same form with few channels. */
  static final UvitsSettings SMALL =
      new UvitsSettings(
          22_050, 8, 16, 24, 2, 2, 3, 12, 32, OFFICIAL.upsamplings(), OFFICIAL.blocks());

  private static final double MEAN_LOG_DURATION = Math.log(4);
  private static final double LOG_SHRINKING = 1.5; // of the spread of durations

  private record Tensor(List<Integer> shape, double center, double spread) {
    int length() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }
  }

  private final UvitsSettings settings;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private RandomUvits(UvitsSettings settings, int units) {
    this.settings = settings;
    int width = settings.hidden();
    tensors.put(
        "enc_p.emb.weight",
        new Tensor(List.of(TextEncoder.FIRST_UNIT + units, width), 0, 1 / Math.sqrt(width)));
    encoder(width);
    durations(width);
    flow(width);
    generator();
  }

  /** Writes them as a safetensors file. */
  static Path write(UvitsSettings settings, int units, Path file) {
    new RandomUvits(settings, units).write(file);
    return file;
  }

  private void encoder(int width) {
    for (int i = 0; i < settings.layers(); i++) {
      String attention = "enc_p.encoder.attn_layers." + i;
      for (String part : List.of("q", "k", "v", "o")) {
        convolution(attention + ".conv_" + part, width, width, 1);
      }
      int size = width / settings.heads();
      for (String part : List.of("k", "v")) {
        tensors.put(
            attention + ".emb_rel_" + part,
            new Tensor(List.of(1, 9, size), 0, 1 / Math.sqrt(size)));
      }
      norm("enc_p.encoder.norm_layers_1." + i, width);
      String perceptron = "enc_p.encoder.ffn_layers." + i;
      convolution(perceptron + ".conv_1", width, settings.filter(), settings.kernel());
      convolution(perceptron + ".conv_2", settings.filter(), width, settings.kernel());
      norm("enc_p.encoder.norm_layers_2." + i, width);
    }
    convolution("enc_p.proj", width, 2 * settings.latent(), 1);
  }

  private void durations(int width) {
    convolution("dp.pre", width, width, 1);
    convolution("dp.cond", settings.style(), width, 1);
    stack("dp.convs", width);
    convolution("dp.proj", width, width, 1);
    for (int i : new int[] {3, 5, 7}) {
      convolution("dp.flows." + i + ".pre", 1, width, 1);
      stack("dp.flows." + i + ".convs", width);
      convolution("dp.flows." + i + ".proj", width, RationalQuadraticSpline.PARAMETERS, 1);
    }
    double shift = -MEAN_LOG_DURATION * Math.exp(LOG_SHRINKING);
    tensors.put("dp.flows.0.m", new Tensor(List.of(2, 1), shift, 0));
    tensors.put("dp.flows.0.logs", new Tensor(List.of(2, 1), LOG_SHRINKING, 0));
  }

  private void stack(String name, int width) {
    for (int i = 0; i < 3; i++) {
      convolution(name + ".convs_sep." + i, 1, width, 3);
      convolution(name + ".convs_1x1." + i, width, width, 1);
      norm(name + ".norms_1." + i, width);
      norm(name + ".norms_2." + i, width);
    }
  }

  private void flow(int width) {
    for (int i = 0; i < 8; i += 2) {
      String name = "flow.flows." + i;
      convolution(name + ".pre", settings.latent() / 2, width, 1);
      for (int j = 0; j < 4; j++) {
        normed(name + ".enc.in_layers." + j, 2 * width, width, 5, 1);
        bias(name + ".enc.in_layers." + j, 2 * width);
        normed(name + ".enc.res_skip_layers." + j, j < 3 ? 2 * width : width, width, 1, 1);
        bias(name + ".enc.res_skip_layers." + j, j < 3 ? 2 * width : width);
      }
      normed(name + ".enc.cond_layer", 8 * width, settings.style(), 1, 1);
      bias(name + ".enc.cond_layer", 8 * width);
      convolution(name + ".post", width, settings.latent() / 2, 1);
    }
  }

  private void generator() {
    int width = settings.generatorWidth();
    convolution("dec.conv_pre", settings.latent(), width, 7);
    convolution("dec.cond", settings.style(), width, 1);
    int block = 0;
    for (int i = 0; i < settings.upsamplings().size(); i++) {
      UvitsSettings.Upsampling up = settings.upsamplings().get(i);
      // each sample is the sum of kernel / rate inputs of all channels
      double length = Math.sqrt((double) width / 2 * up.rate() / width);
      normed("dec.ups." + i, width, width / 2, up.kernel(), length);
      width /= 2;
      bias("dec.ups." + i, width);
      for (UvitsSettings.Block b : settings.blocks()) {
        for (int j = 0; j < b.dilations().size(); j++) {
          for (String part : List.of("convs1.", "convs2.")) {
            String name = "dec.resblocks." + block + "." + part + j;
            normed(name, width, width, b.kernel(), 0.7);
            bias(name, width);
          }
        }
        block++;
      }
    }
    tensors.put(
        "dec.conv_post.weight", new Tensor(List.of(1, width, 7), 0, 0.3 / Math.sqrt(7 * width)));
  }

  private void convolution(String name, int in, int out, int kernel) {
    tensors.put(
        name + ".weight",
        new Tensor(List.of(out, in, kernel), 0, 1 / Math.sqrt((double) in * kernel)));
    bias(name, out);
  }

  private void normed(String name, int a, int b, int kernel, double length) {
    tensors.put(name + ".weight_g", new Tensor(List.of(a, 1, 1), length, 0.1 * length));
    tensors.put(name + ".weight_v", new Tensor(List.of(a, b, kernel), 0, 0.05));
  }

  private void bias(String name, int width) {
    tensors.put(name + ".bias", new Tensor(List.of(width), 0, 0.02));
  }

  private void norm(String name, int width) {
    tensors.put(name + ".gamma", new Tensor(List.of(width), 1, 0.1));
    tensors.put(name + ".beta", new Tensor(List.of(width), 0, 0.1));
  }

  private void write(Path file) {
    StringBuilder header = new StringBuilder("{");
    long end = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      long start = end;
      end += 4L * entry.getValue().length();
      header.append(
          "%s\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(
                  start == 0 ? "" : ",", entry.getKey(), entry.getValue().shape(), start, end));
    }
    byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
    SplittableRandom random = new SplittableRandom(1);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      write(out, json.length, Long.BYTES);
      out.write(json);
      for (Tensor tensor : tensors.values()) {
        for (int i = 0; i < tensor.length(); i++) {
          // uniform, of unit variance
          double value = (2 * random.nextDouble() - 1) * Math.sqrt(3);
          float weight = (float) (tensor.center() + tensor.spread() * value);
          write(out, Float.floatToIntBits(weight), Float.BYTES);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(OutputStream out, long littleEndian, int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (littleEndian >> (8 * i)));
    }
  }
}
