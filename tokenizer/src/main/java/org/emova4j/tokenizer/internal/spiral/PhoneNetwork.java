package org.emova4j.tokenizer.internal.spiral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.nn.Conv1d;

/** From codes to a score for each phone and the blank: convolutions and a projection. */
final class PhoneNetwork {
  private static final String PREFIX = "decoder.";

  private final NetworkScope scope;
  private final List<Conv1d> convolutions = new ArrayList<>();
  private final Conv1d toScores;
  private final int dimensions;
  private final int classes;
  private final int context;

  /**
   * @param scope is closed by its owner
   */
  PhoneNetwork(NetworkScope scope, Ops ops, SpiralConfig.PhoneHead sizes, int dimensions)
      throws ModelUnavailableException {
    this.scope = scope;
    this.dimensions = dimensions;
    int width = dimensions;
    for (int i = 0; i < sizes.widths().size(); i++) {
      int out = sizes.widths().get(i);
      convolutions.add(
          Conv1d.read(
              scope,
              ops,
              PREFIX + "conv_layers." + i + ".conv.conv",
              width,
              out,
              sizes.kernel(),
              1));
      width = out;
    }
    classes = sizes.labels().size() + 1;
    context = sizes.widths().size() * (sizes.kernel() / 2);
    toScores = Conv1d.read(scope, ops, PREFIX + "decoder_layers.0", width, classes, 1, 1);
  }

  /** Whether a file has the weights of a phone head, or some of them. */
  static boolean isIn(NetworkScope scope) {
    return scope.names().stream().anyMatch(n -> n.startsWith(PREFIX));
  }

  int classes() {
    return classes;
  }

  /** Frames on either side that a score depends on. */
  int context() {
    return context;
  }

  /**
   * @param codes of shape [frames, dimensions], at least one frame
   * @return of shape [frames, classes]
   */
  float[] run(float[] codes) throws SpeechException {
    return scope.call(
        manager -> {
          NDArray x =
              manager
                  .create(codes, new Shape(1, codes.length / dimensions, dimensions))
                  .transpose(0, 2, 1);
          for (Conv1d convolution : convolutions) {
            x = Activation.relu(convolution.apply(x));
          }
          return toScores.apply(x).transpose(0, 2, 1).toFloatArray();
        });
  }
}
