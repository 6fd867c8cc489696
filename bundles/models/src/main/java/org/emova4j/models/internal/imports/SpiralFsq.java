package org.emova4j.models.internal.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.model.ModelManifest.Component;
import org.emova4j.api.speech.ModelUnavailableException;

/** EMOVA's speech-to-unit tokenizer, "SPIRAL-FSQ-CTC". */
final class SpiralFsq implements Architecture {
  private static final String BLOCK = "encoder.feature_encoder.block_modules.";

  @Override
  public String id() {
    return "spiral-fsq";
  }

  @Override
  public String modelId() {
    return "emova-s2u";
  }

  @Override
  public String description() {
    return "EMOVA's speech-to-unit tokenizer (SPIRAL encoder, FSQ), imported from its checkpoint.";
  }

  @Override
  public String anchor() {
    return BLOCK + "0.conv.conv.weight";
  }

  @Override
  public boolean isConfiguration(JsonNode node) {
    return node.path("encoder").path("feature_encoder").has("conv_transformer_blocks")
        && node.path("quantizer").has("levels");
  }

  @Override
  public Layout layout(Settings config) throws ModelUnavailableException {
    Layout.Builder needed = new Layout.Builder();
    int width = encoder(config, needed);
    List<Integer> levels = config.counts("quantizer.levels");
    needed.layer("pre_quant", levels.size(), width);
    Layout.Builder frontEnd = new Layout.Builder();
    int rate = config.count("encoder.preprocessor.sample_rate");
    int window = (int) (config.number("encoder.preprocessor.window_size") * rate);
    int nFft =
        config.count(
            "encoder.preprocessor.n_fft", Integer.highestOneBit(Math.max(1, window - 1)) * 2);
    frontEnd.add("encoder.wav2spec.featurizer.window", window);
    frontEnd.add(
        "encoder.wav2spec.featurizer.fb",
        1,
        config.count("encoder.preprocessor.features"),
        nFft / 2 + 1);
    return new Layout(
        needed.build(),
        List.of(
            new Layout.Group("the stored window and mel filters", frontEnd.build()),
            new Layout.Group("the phone head", phoneHead(config, levels.size()))),
        List.of(
            Layout.Unused.of("quantizer\\._.*", "constants of the quantizer"),
            Layout.Unused.of("encoder\\.mask_emb", "the masks of its training"),
            Layout.Unused.of(
                "(encoder\\.)?(projector|predictor|target_|teacher_|quantizer\\.bn).*",
                "networks that only train it")));
  }

  /** Convolutions and transformers, numbered in one row; returns the width of the last. */
  private static int encoder(Settings config, Layout.Builder to) throws ModelUnavailableException {
    String blocks = "encoder.feature_encoder.conv_transformer_blocks";
    int width = config.count("encoder.feature_encoder.feat_in");
    int index = 0;
    for (int b = 0; b < config.size(blocks); b++) {
      String block = blocks + "." + b;
      for (int c = 0; c < config.size(block + ".conv_layers"); c++) {
        String conv = "%s.conv_layers.%d".formatted(block, c);
        int filters = config.first(conv + ".filters");
        String name = BLOCK + index++;
        to.layer(name + ".conv.conv", filters, width, config.first(conv + ".kernel_size"));
        to.norm(name + ".norm", ".weight", ".bias", filters);
        width = filters;
      }
      if (config.has(block + ".transformer_block")) {
        transformer(BLOCK + index++, config, block + ".transformer_block", to);
        width = config.count(block + ".transformer_block.encoder.embedding_dim");
      }
    }
    return width;
  }

  private static void transformer(String name, Settings config, String path, Layout.Builder to)
      throws ModelUnavailableException {
    long width = config.count(path + ".encoder.embedding_dim");
    long inner = config.count(path + ".encoder.ffn_embedding_dim");
    int taps = config.count(path + ".conv.conv_pos");
    int groups = config.count(path + ".conv.conv_pos_groups");
    int layers = config.count(path + ".encoder.encoder_layers");
    if (layers > 1000) {
      throw config.wrong(
          path + ".encoder.encoder_layers",
          config.at(path + ".encoder.encoder_layers"),
          "at most 1000");
    }
    to.add(name + ".pos_conv.0.bias", width);
    to.add(name + ".pos_conv.0.weight_g", 1, 1, taps);
    to.add(name + ".pos_conv.0.weight_v", width, width / groups, taps);
    for (int i = 0; i < layers; i++) {
      String layer = "%s.layers.%d".formatted(name, i);
      for (String part : List.of("k_proj", "v_proj", "q_proj", "out_proj")) {
        to.layer(layer + ".self_attn." + part, width, width);
      }
      to.norm(layer + ".self_attn_layer_norm", ".weight", ".bias", width);
      to.layer(layer + ".fc1", inner, width);
      to.layer(layer + ".fc2", width, inner);
      to.norm(layer + ".final_layer_norm", ".weight", ".bias", width);
    }
    to.norm(name + ".layer_norm", ".weight", ".bias", width);
  }

  private static List<Layout.Tensor> phoneHead(Settings config, int width)
      throws ModelUnavailableException {
    Layout.Builder to = new Layout.Builder();
    if (!config.has("decoder.conv_layers")) {
      return List.of();
    }
    int in = width;
    for (int c = 0; c < config.size("decoder.conv_layers"); c++) {
      String conv = "decoder.conv_layers." + c;
      int filters = config.first(conv + ".filters");
      to.layer(conv + ".conv.conv", filters, in, config.first(conv + ".kernel_size"));
      in = filters;
    }
    long classes = config.at("decoder.vocabulary").size() + 1L;
    return to.layer("decoder.decoder_layers.0", classes, in, 1).build();
  }

  @Override
  public List<Component> components(Contents contents) throws ModelUnavailableException {
    long size = 1;
    for (int levels : contents.config().counts("quantizer.levels")) {
      size *= levels;
    }
    return List.of(
        new Component(
            "tokenizer",
            id(),
            Optional.of(codebook(size)),
            Optional.empty(),
            contents.config().count("encoder.preprocessor.sample_rate"),
            Map.of("weights", WEIGHTS, "config", CONFIG)));
  }

  static String codebook(long size) {
    return "emova-40ms-" + size;
  }
}
