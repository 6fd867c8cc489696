package org.emova4j.tokenizer.internal.spiral;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.service.Fields;
import org.emova4j.tokenizer.internal.spiral.SpiralConfig.Block;
import org.emova4j.tokenizer.internal.spiral.SpiralConfig.Conv;
import org.emova4j.tokenizer.internal.spiral.SpiralConfig.Mel;
import org.emova4j.tokenizer.internal.spiral.SpiralConfig.PhoneHead;
import org.emova4j.tokenizer.internal.spiral.SpiralConfig.Transformer;

/**
 * Reads a {@code config.json}, which has the nesting and the names of the hyper-parameters that the
 * official training code writes. Options that would change the units and are not done here are
 * refused by name.
 */
final class SpiralConfigReader {
  private static final String OFFICIAL = "official.json";
  private static final int MOST_BYTES = 4 << 20;
  private static final int MOST_WIDTH = 1 << 14;
  private static final int MOST_KERNEL = 1 << 10;
  private static final int MOST_BLOCKS = 100;
  private static final int MOST_CODEBOOK = 1 << 24;

  private SpiralConfigReader() {}

  /** The released model's. */
  static SpiralConfig official() throws ModelUnavailableException {
    try (InputStream in = SpiralConfigReader.class.getResourceAsStream(OFFICIAL)) {
      return read(Path.of(OFFICIAL), in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws ModelUnavailableException if the file is missing, malformed, or a value is outside its
   *     limits; names the file, the place and the value
   */
  static SpiralConfig read(Path file) throws ModelUnavailableException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file, in);
    } catch (IOException e) {
      throw new ModelUnavailableException("%s can't be read".formatted(file), e);
    }
  }

  private static SpiralConfig read(Path file, InputStream in)
      throws IOException, ModelUnavailableException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new ModelUnavailableException("%s is larger than %d bytes".formatted(file, MOST_BYTES));
    }
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(bytes);
    } catch (JacksonException e) {
      throw new ModelUnavailableException(
          "%s is not valid JSON: %s".formatted(file, e.getOriginalMessage()), e);
    }
    Fields fields = new Fields(file, "", root);
    fields.only("encoder_type", "st");
    Fields encoder = fields.object("encoder");
    Mel mel = mel(encoder.object("preprocessor"));
    Fields quantizer = fields.object("quantizer");
    quantizer.only("l2_norm", false);
    SpiralConfig config =
        new SpiralConfig(
            mel,
            blocks(encoder.object("feature_encoder"), mel.bands()),
            levels(quantizer),
            fields.has("decoder")
                ? Optional.of(phones(fields.object("decoder")))
                : Optional.empty());
    if (mel.padTo() % config.framesPerUnit() != 0) {
      throw encoder
          .object("preprocessor")
          .wrong(
              "pad_to",
              "is %d, no multiple of the %d frames of a unit"
                  .formatted(mel.padTo(), config.framesPerUnit()));
    }
    return config;
  }

  private static Mel mel(Fields fields) throws ModelUnavailableException {
    fields.only("window", "hann");
    fields.only("normalize", "per_feature");
    fields.only("log", true);
    fields.only("log_zero_guard_type", "add");
    fields.only("frame_splicing", 1);
    fields.only("stft_exact_pad", false);
    fields.only("pad_value", 0);
    fields.only("mag_power", 2);
    fields.only("normalize_time_domain", true);
    fields.only("dither_train_only", true);
    int rate = fields.integer("sample_rate", 8000, 48_000);
    int window = samples(fields, "window_size", "n_window_size", rate);
    int fft =
        fields.has("n_fft")
            ? fields.integer("n_fft", 8, 1 << 14)
            : Integer.highestOneBit(Math.max(8, window) * 2 - 1);
    if (fft < window || Integer.bitCount(fft) != 1) {
      throw fields.wrong(
          "n_fft", "is %d, must be a power of two of at least %d".formatted(fft, window));
    }
    double lowest = fields.has("lowfreq") ? fields.number("lowfreq", 0, rate / 2.0) : 0;
    return new Mel(
        rate,
        window,
        samples(fields, "window_stride", "n_window_stride", rate),
        fft,
        fields.integer("features", 1, 1024),
        lowest,
        fields.has("highfreq") ? fields.number("highfreq", lowest + 1, rate / 2.0) : rate / 2.0,
        fields.has("preemph") ? (float) fields.number("preemph", 0, 1) : 0,
        fields.number("log_zero_guard_value", 1e-30, 1),
        fields.integer("pad_to", 1, 1024));
  }

  private static int samples(Fields fields, String seconds, String samples, int rate)
      throws ModelUnavailableException {
    return fields.has(samples)
        ? fields.integer(samples, 2, 1 << 14)
        : Math.max(2, (int) Math.round(fields.number(seconds, 1e-3, 0.2) * rate));
  }

  private static List<Block> blocks(Fields encoder, int bands) throws ModelUnavailableException {
    encoder.only("feat_in", bands);
    encoder.only("use_conv_mask", true);
    encoder.only("use_tf_pad", true);
    if (encoder.has("conv2d_block")) {
      throw encoder.wrong("conv2d_block", "is not supported");
    }
    double epsilon = encoder.number("ln_eps", 1e-12, 1);
    List<Block> blocks = new ArrayList<>();
    int width = bands;
    for (Fields group : encoder.objects("conv_transformer_blocks")) {
      for (Fields layer : group.objects("conv_layers")) {
        Conv conv = conv(layer, width, epsilon);
        blocks.add(conv);
        width = conv.out();
      }
      if (group.has("transformer_block")) {
        blocks.add(transformer(group.object("transformer_block"), width));
      }
      if (blocks.size() > MOST_BLOCKS) {
        throw encoder.wrong(
            "conv_transformer_blocks", "makes more than " + MOST_BLOCKS + " blocks");
      }
    }
    return blocks;
  }

  private static Conv conv(Fields layer, int in, double epsilon) throws ModelUnavailableException {
    layer.only("norm_type", "ln");
    layer.only("dilation", 1);
    layer.only("padding", "same");
    layer.only("bias", true);
    layer.only("residual", false);
    if (layer.has("act_func")) {
      layer.only("act_func", "relu");
    }
    int kernel = layer.integer("kernel_size", 1, MOST_KERNEL);
    if (kernel % 2 == 0) {
      throw layer.wrong("kernel_size", "is %d, must be odd".formatted(kernel));
    }
    int stride = layer.integer("stride", 1, 2);
    if (stride > kernel) {
      throw layer.wrong("stride", "is %d with a kernel of %d".formatted(stride, kernel));
    }
    return new Conv(
        in,
        layer.integer("filters", 1, MOST_WIDTH),
        kernel,
        stride,
        layer.has("act_func"),
        epsilon);
  }

  private static Transformer transformer(Fields block, int width) throws ModelUnavailableException {
    block.only("use_pytorch_transformer", false);
    Fields position = block.object("conv");
    Fields encoder = block.object("encoder");
    encoder.only("activation_fn", "gelu");
    encoder.only("layer_norm_first", true);
    encoder.only("embedding_dim", width);
    int heads = encoder.integer("num_attention_heads", 1, width);
    if (width % heads != 0) {
      throw encoder.wrong(
          "num_attention_heads", "is %d, does not divide the width %d".formatted(heads, width));
    }
    int groups = position.integer("conv_pos_groups", 1, width);
    if (width % groups != 0) {
      throw position.wrong(
          "conv_pos_groups", "is %d, does not divide the width %d".formatted(groups, width));
    }
    return new Transformer(
        width,
        encoder.integer("encoder_layers", 1, MOST_BLOCKS),
        heads,
        encoder.integer("ffn_embedding_dim", 1, 4 * MOST_WIDTH),
        position.integer("conv_pos", 1, MOST_KERNEL),
        groups);
  }

  private static List<Integer> levels(Fields quantizer) throws ModelUnavailableException {
    List<Integer> levels = quantizer.integers("levels", 2, 1000);
    long size = 1;
    for (int level : levels) {
      size *= level;
      if (size > MOST_CODEBOOK) {
        throw quantizer.wrong("levels", "make more than %d units".formatted(MOST_CODEBOOK));
      }
    }
    return levels;
  }

  private static PhoneHead phones(Fields decoder) throws ModelUnavailableException {
    decoder.only("blank_pos", "after_vocab_last");
    decoder.only("use_conv_mask", true);
    decoder.only("use_tf_pad", true);
    List<Integer> widths = new ArrayList<>();
    int kernel = 1;
    for (Fields layer : decoder.objects("conv_layers")) {
      layer.only("act_func", "relu");
      layer.only("stride", 1);
      layer.only("dilation", 1);
      layer.only("padding", "same");
      layer.only("residual", false);
      if (layer.has("norm_type")) {
        throw layer.wrong("norm_type", "is not supported");
      }
      if (widths.isEmpty()) {
        kernel = layer.integer("kernel_size", 3, MOST_KERNEL);
      }
      layer.only("kernel_size", kernel);
      widths.add(layer.integer("filters", 1, MOST_WIDTH));
    }
    if (kernel % 2 == 0) {
      throw decoder.wrong("conv_layers", "have a kernel of %d, must be odd".formatted(kernel));
    }
    return new PhoneHead(widths, kernel, decoder.texts("vocabulary"));
  }
}
