package org.emova4j.vocoder.internal.uvits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.nn.LayerNorm;
import org.emova4j.engine.nn.Linear;

/**
 * From units to what is known of them in their context: a transformer that normalises behind each
 * part, whose perceptrons are convolutions (VITS, arXiv 2106.06103, section 2.5). Letters: T units,
 * C channels, L latent channels. Safe for concurrent use.
 */
final class TextEncoder {
  /** Symbols in front of the units: padding, punctuation, letters and phones, which none uses. */
  static final int FIRST_UNIT = 178;

  private static final String EMBEDDINGS = "enc_p.emb.weight";

  private record Layer(
      RelativeAttention attention,
      LayerNorm norm1,
      RowConvolution expand,
      RowConvolution project,
      LayerNorm norm2) {
    NDArray apply(NDArray x, Trace trace) {
      NDArray h = norm1.apply(x.add(attention.apply(x, trace)));
      return norm2.apply(h.add(project.apply(Activation.relu(expand.apply(h)))));
    }
  }

  private final int width;
  private final float[] embeddings; // (symbols, C), times the root of C
  private final List<Layer> layers = new ArrayList<>();
  private final Linear statistics;

  TextEncoder(UvitsWeights weights, UvitsSettings settings) throws ModelUnavailableException {
    width = settings.hidden();
    embeddings = weights.scope().values(EMBEDDINGS, -1, width);
    float scale = (float) Math.sqrt(width);
    for (int i = 0; i < embeddings.length; i++) {
      embeddings[i] *= scale;
    }
    for (int i = 0; i < settings.layers(); i++) {
      String name = "enc_p.encoder.";
      String perceptron = name + "ffn_layers." + i;
      layers.add(
          new Layer(
              RelativeAttention.read(weights, name + "attn_layers." + i, width, settings.heads()),
              weights.norm(name + "norm_layers_1." + i, width),
              weights.convolution(
                  perceptron + ".conv_1", width, settings.filter(), settings.kernel(), 1),
              weights.convolution(
                  perceptron + ".conv_2", settings.filter(), width, settings.kernel(), 1),
              weights.norm(name + "norm_layers_2." + i, width)));
    }
    statistics = weights.pointwise("enc_p.proj", width, 2 * settings.latent());
  }

  /** How many different units a network knows, before its weights are read. */
  static int units(NetworkScope scope) throws ModelUnavailableException {
    long[] shape = scope.shape(EMBEDDINGS);
    long symbols = shape.length == 0 ? 0 : shape[0];
    if (symbols <= FIRST_UNIT) {
      throw new ModelUnavailableException(
          "tensor %s has %d symbols, units begin at %d".formatted(EMBEDDINGS, symbols, FIRST_UNIT));
    }
    return Math.toIntExact(symbols - FIRST_UNIT);
  }

  /**
   * @param units 0 to {@link #units(NetworkScope)} - 1, at least one
   * @param trace sees {@code enc_layer0}...
   * @return (1, T, C)
   */
  NDArray encode(NDManager manager, int[] units, Trace trace) {
    float[] rows = new float[units.length * width];
    for (int i = 0; i < units.length; i++) {
      System.arraycopy(embeddings, (FIRST_UNIT + units[i]) * width, rows, i * width, width);
    }
    NDArray x = manager.create(rows, new Shape(1, units.length, width));
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      x = Rows.replace(x, h -> layer.apply(h, trace));
      trace.at("enc_layer" + i, x::toFloatArray);
    }
    return x;
  }

  /** (1, T, C) to (1, T, 2 L): means, then logarithms of deviations. */
  NDArray statistics(NDArray encoded) {
    return statistics.apply(encoded);
  }
}
