package org.emova4j.models.internal.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.model.ModelManifest.Component;
import org.emova4j.api.speech.ModelUnavailableException;

/** EMOVA's unit-to-speech vocoder, a VITS over units with a style. */
final class Uvits implements Architecture {
  /** Symbols of text that come before the units in its table. */
  static final int SYMBOLS = 178;

  static final String EMBEDDING = "enc_p.emb.weight";

  // What the configuration doesn't say: the network's code has it as constants.
  private static final int WINDOW = 4;
  private static final int COUPLINGS = 4;
  private static final int COUPLING_LAYERS = 4;
  private static final int COUPLING_KERNEL = 5;
  private static final int DURATION_KERNEL = 3;
  private static final int DURATION_LAYERS = 3;
  private static final int[] DURATION_FLOWS = {3, 5, 7};
  private static final int SPLINE_BINS = 10;
  private static final int STYLE_KERNEL = 5;
  private static final int END_KERNEL = 7;

  @Override
  public String id() {
    return "uvits";
  }

  @Override
  public String modelId() {
    return "emova-u2s";
  }

  @Override
  public String description() {
    return "EMOVA's unit-to-speech vocoder (VITS) and its styles, imported from its checkpoint.";
  }

  @Override
  public String anchor() {
    return EMBEDDING;
  }

  @Override
  public boolean isConfiguration(JsonNode node) {
    return node.path("model").has("upsample_initial_channel")
        && node.path("data").has("sampling_rate");
  }

  @Override
  public Layout layout(Settings config) throws ModelUnavailableException {
    if (!config.at("model.resblock").asText("").equals("1")) {
      throw config.wrong("model.resblock", config.at("model.resblock"), "\"1\"");
    }
    Layout.Builder needed = new Layout.Builder();
    textEncoder(config, needed);
    durations(config, needed);
    flow(config, needed);
    generator(config, needed);
    return new Layout(
        needed.build(),
        List.of(new Layout.Group("the style encoder", styleEncoder(config))),
        List.of(
            Layout.Unused.of("enc_q\\..*", "the posterior encoder, which only trains it"),
            Layout.Unused.of(
                "dp\\.(post_.*|flows\\.1\\..*)", "half of the durations, which only trains it"),
            Layout.Unused.of("emb_g\\..*", "the speakers that it was trained on")));
  }

  private static void textEncoder(Settings config, Layout.Builder to)
      throws ModelUnavailableException {
    int h = config.count("model.hidden_channels");
    int inner = config.count("model.filter_channels");
    int kernel = config.count("model.kernel_size");
    int heads = config.count("model.n_heads");
    int layers = config.count("model.n_layers");
    if (layers > 1000) {
      throw config.wrong("model.n_layers", config.at("model.n_layers"), "at most 1000");
    }
    to.add(EMBEDDING, -1, h);
    for (int i = 0; i < layers; i++) {
      String attention = "enc_p.encoder.attn_layers." + i;
      to.add(attention + ".emb_rel_k", 1, 2 * WINDOW + 1, h / heads);
      to.add(attention + ".emb_rel_v", 1, 2 * WINDOW + 1, h / heads);
      for (String part : List.of("q", "k", "v", "o")) {
        to.layer(attention + ".conv_" + part, h, h, 1);
      }
      to.norm("enc_p.encoder.norm_layers_1." + i, ".gamma", ".beta", h);
      to.layer("enc_p.encoder.ffn_layers.%d.conv_1".formatted(i), inner, h, kernel);
      to.layer("enc_p.encoder.ffn_layers.%d.conv_2".formatted(i), h, inner, kernel);
      to.norm("enc_p.encoder.norm_layers_2." + i, ".gamma", ".beta", h);
    }
    to.layer("enc_p.proj", 2L * config.count("model.inter_channels"), h, 1);
  }

  private static void durations(Settings config, Layout.Builder to)
      throws ModelUnavailableException {
    int h = config.count("model.hidden_channels");
    to.add("dp.flows.0.m", 2, 1).add("dp.flows.0.logs", 2, 1);
    for (int i : DURATION_FLOWS) {
      String flow = "dp.flows." + i;
      to.layer(flow + ".pre", h, 1, 1);
      separable(flow + ".convs", h, to);
      to.layer(flow + ".proj", 3 * SPLINE_BINS - 1, h, 1);
    }
    to.layer("dp.pre", h, h, 1);
    to.layer("dp.proj", h, h, 1);
    separable("dp.convs", h, to);
    to.layer("dp.cond", h, config.count("model.gin_channels"), 1);
  }

  private static void separable(String name, int width, Layout.Builder to) {
    for (int i = 0; i < DURATION_LAYERS; i++) {
      to.layer("%s.convs_sep.%d".formatted(name, i), width, 1, DURATION_KERNEL);
      to.layer("%s.convs_1x1.%d".formatted(name, i), width, width, 1);
      to.norm("%s.norms_1.%d".formatted(name, i), ".gamma", ".beta", width);
      to.norm("%s.norms_2.%d".formatted(name, i), ".gamma", ".beta", width);
    }
  }

  private static void flow(Settings config, Layout.Builder to) throws ModelUnavailableException {
    int h = config.count("model.hidden_channels");
    int half = config.count("model.inter_channels") / 2;
    for (int i = 0; i < 2 * COUPLINGS; i += 2) {
      String coupling = "flow.flows." + i;
      to.layer(coupling + ".pre", h, half, 1);
      for (int layer = 0; layer < COUPLING_LAYERS; layer++) {
        String in = "%s.enc.in_layers.%d".formatted(coupling, layer);
        weightNorm(in, to, 2L * h, h, COUPLING_KERNEL).add(in + ".bias", 2L * h);
        String out = "%s.enc.res_skip_layers.%d".formatted(coupling, layer);
        long outWidth = layer == COUPLING_LAYERS - 1 ? h : 2L * h;
        weightNorm(out, to, outWidth, h, 1).add(out + ".bias", outWidth);
      }
      long conditions = 2L * h * COUPLING_LAYERS;
      String condition = coupling + ".enc.cond_layer";
      weightNorm(condition, to, conditions, config.count("model.gin_channels"), 1)
          .add(condition + ".bias", conditions);
      to.layer(coupling + ".post", half, h, 1);
    }
  }

  private static Layout.Builder weightNorm(String name, Layout.Builder to, long... shape) {
    return to.add(name + ".weight_g", shape[0], 1, 1).add(name + ".weight_v", shape);
  }

  private static void generator(Settings config, Layout.Builder to)
      throws ModelUnavailableException {
    List<Integer> rates = config.counts("model.upsample_rates");
    List<Integer> upKernels = config.counts("model.upsample_kernel_sizes");
    List<Integer> kernels = config.counts("model.resblock_kernel_sizes");
    if (upKernels.size() != rates.size()) {
      throw config.wrong(
          "model.upsample_kernel_sizes",
          config.at("model.upsample_kernel_sizes"),
          "as long as model.upsample_rates");
    }
    long first = config.count("model.upsample_initial_channel");
    to.layer("dec.conv_pre", first, config.count("model.inter_channels"), END_KERNEL);
    to.layer("dec.cond", first, config.count("model.gin_channels"), 1);
    long width = first;
    for (int stage = 0; stage < rates.size(); stage++) {
      String up = "dec.ups." + stage;
      weightNorm(up, to, width, width / 2, upKernels.get(stage)).add(up + ".bias", width / 2);
      width /= 2;
      for (int k = 0; k < kernels.size(); k++) {
        int dilations = config.counts("model.resblock_dilation_sizes." + k).size();
        String block = "dec.resblocks." + (stage * kernels.size() + k);
        for (int d = 0; d < dilations; d++) {
          for (String convs : List.of("convs1", "convs2")) {
            String conv = "%s.%s.%d".formatted(block, convs, d);
            weightNorm(conv, to, width, width, kernels.get(k)).add(conv + ".bias", width);
          }
        }
      }
    }
    to.add("dec.conv_post.weight", 1, width, END_KERNEL);
  }

  private static List<Layout.Tensor> styleEncoder(Settings config)
      throws ModelUnavailableException {
    int h = config.count("model.hidden_channels");
    Layout.Builder to = new Layout.Builder();
    to.layer("enc_r.spectral.0.fc", h, config.count("data.filter_length") / 2 + 1);
    to.layer("enc_r.spectral.3.fc", h, h);
    to.layer("enc_r.temporal.0.conv1.conv", 2L * h, h, STYLE_KERNEL);
    to.layer("enc_r.temporal.1.conv1.conv", 2L * h, h, STYLE_KERNEL);
    for (String part : List.of("w_qs", "w_ks", "w_vs", "fc")) {
      to.layer("enc_r.slf_attn." + part, h, h);
    }
    return to.layer("enc_r.fc.fc", config.count("model.gin_channels"), h).build();
  }

  @Override
  public List<Component> components(Contents contents) throws ModelUnavailableException {
    long units = contents.shape(EMBEDDING)[0] - SYMBOLS;
    if (units < 1) {
      throw new ModelUnavailableException(
          "tensor %s has %d rows, more than %d are needed"
              .formatted(EMBEDDING, units + SYMBOLS, SYMBOLS));
    }
    int rate = contents.config().count("data.sampling_rate");
    String space = Centroids.styleSpace(contents.config().count("model.gin_channels"));
    List<Component> components = new ArrayList<>();
    components.add(
        new Component(
            "vocoder",
            id(),
            Optional.of(SpiralFsq.codebook(units)),
            Optional.of(space),
            rate,
            Map.of("weights", WEIGHTS, "config", CONFIG)));
    if (contents.centroids().isPresent()) {
      Map<String, String> files = new HashMap<>(Map.of("centroids", Centroids.FILE));
      if (contents.has("enc_r.fc.fc.weight")) {
        files.put("weights", WEIGHTS);
        files.put("config", CONFIG);
      }
      components.add(Centroids.component(contents.centroids().get(), rate, files));
    }
    return components;
  }
}
