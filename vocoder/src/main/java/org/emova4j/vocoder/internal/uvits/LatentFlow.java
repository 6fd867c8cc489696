package org.emova4j.vocoder.internal.uvits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.nn.Linear;

/**
 * From what a text suggests to what a voice makes of it: four couplings, each of which shifts one
 * half of the channels by what a WaveNet (arXiv 1609.03499) makes of the other (VITS, arXiv
 * 2106.06103, section 2.5). Letters: T frames, L latent channels, C channels. Safe for concurrent
 * use.
 */
final class LatentFlow {
  private static final int COUPLINGS = 4;
  private static final int LAYERS = 4;
  private static final int KERNEL = 5;

  /** Frames on either side that a result depends on. */
  static final int CONTEXT = COUPLINGS * LAYERS * (KERNEL - 1) / 2;

  private record Layer(RowConvolution in, Linear residualAndSkip) {}

  private record Coupling(
      String trace, Linear in, Linear condition, List<Layer> layers, Linear out) {}

  private final int half; // L / 2
  private final int width; // C
  private final List<Coupling> couplings = new ArrayList<>(); // in the order of use

  LatentFlow(UvitsWeights weights, UvitsSettings settings) throws ModelUnavailableException {
    half = settings.latent() / 2;
    width = settings.hidden();
    for (int i = 2 * (COUPLINGS - 1); i >= 0; i -= 2) {
      String name = "flow.flows." + i;
      List<Layer> layers = new ArrayList<>();
      for (int j = 0; j < LAYERS; j++) {
        // the last layer has no successor, so no residual
        int outputs = j < LAYERS - 1 ? 2 * width : width;
        layers.add(
            new Layer(
                weights.convolution(name + ".enc.in_layers." + j, width, 2 * width, KERNEL, 1),
                weights.pointwise(name + ".enc.res_skip_layers." + j, width, outputs)));
      }
      couplings.add(
          new Coupling(
              "flow_after_coupling" + i,
              weights.pointwise(name + ".pre", half, width),
              weights.pointwise(name + ".enc.cond_layer", settings.style(), 2 * width * LAYERS),
              layers,
              weights.pointwise(name + ".post", width, half)));
    }
  }

  /**
   * @param x (1, T, L), not usable afterwards
   * @param style (1, size) if there is one
   * @param trace sees the result of each coupling
   * @return (1, T, L)
   */
  NDArray apply(NDArray x, Optional<NDArray> style, Trace trace) {
    for (Coupling coupling : couplings) {
      x = Rows.replace(x, z -> couple(z.flip(2), coupling, style));
      trace.at(coupling.trace(), x::toFloatArray);
    }
    return x;
  }

  private NDArray couple(NDArray x, Coupling coupling, Optional<NDArray> style) {
    NDArray kept = Rows.channels(x, 0, half);
    NDArray shifted = Rows.channels(x, half, 2 * half);
    Optional<NDArray> condition =
        style.map(
            s -> {
              NDArray terms = coupling.condition().apply(s); // (1, 2 C * layers)
              terms.attach(x.getManager());
              return terms;
            });
    NDArray h = coupling.in().apply(kept);
    NDArray sum = null;
    for (int i = 0; i < LAYERS; i++) {
      int layer = i;
      Layer weights = coupling.layers().get(i);
      NDArray v =
          condition.isPresent()
              ? weights
                  .in()
                  .apply(
                      h,
                      condition.get().get("0, {}:{}", layer * 2 * width, (layer + 1) * 2 * width))
              : weights.in().apply(h);
      NDArray gated =
          Rows.channels(v, 0, width)
              .tanh()
              .mul(Activation.sigmoid(Rows.channels(v, width, 2 * width)));
      NDArray both = weights.residualAndSkip().apply(gated);
      NDArray skip = both;
      if (i < LAYERS - 1) {
        h = h.add(Rows.channels(both, 0, width));
        skip = Rows.channels(both, width, 2 * width);
      }
      sum = sum == null ? skip : sum.add(skip);
    }
    return NDArrays.concat(new NDList(kept, shifted.sub(coupling.out().apply(sum))), 2);
  }
}
