package org.emova4j.tokenizer.internal.spiral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkParts;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.nn.Conv1d;

/** From codes to a score for each phone and the blank: convolutions and a projection. */
final class PhoneNetwork implements AutoCloseable {
  private static final String PREFIX = "decoder.";

  private record Parts(List<Conv1d> convolutions, Conv1d toScores) {
    static Parts read(
        NetworkScope scope, Ops ops, SpiralConfig.PhoneHead sizes, int dimensions, int classes)
        throws ModelUnavailableException {
      List<Conv1d> convolutions = new ArrayList<>();
      int width = dimensions;
      for (int i = 0; i < sizes.widths().size(); i++) {
        int out = sizes.widths().get(i);
        String name = PREFIX + "conv_layers." + i + ".conv.conv";
        convolutions.add(Conv1d.read(scope, ops, name, width, out, sizes.kernel(), 1));
        width = out;
      }
      return new Parts(
          convolutions, Conv1d.read(scope, ops, PREFIX + "decoder_layers.0", width, classes, 1, 1));
    }
  }

  private final NetworkScope scope;
  private final int dimensions;
  private final int classes;
  private final int context;
  private final NetworkParts<Parts> parts;

  /**
   * Its weights are read when it is first used: few ask for phones.
   *
   * @param scope is closed with this, or as soon as a weight is missing or of the wrong shape
   */
  PhoneNetwork(NetworkScope scope, Ops ops, SpiralConfig.PhoneHead sizes, int dimensions) {
    this.scope = scope;
    this.dimensions = dimensions;
    classes = sizes.labels().size() + 1;
    context = sizes.widths().size() * (sizes.kernel() / 2);
    parts = scope.lateParts(() -> Parts.read(scope, ops, sizes, dimensions, classes));
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
    Parts p = parts.get();
    return scope.call(
        manager -> {
          NDArray x =
              manager
                  .create(codes, new Shape(1, codes.length / dimensions, dimensions))
                  .transpose(0, 2, 1);
          for (Conv1d convolution : p.convolutions()) {
            x = Activation.relu(convolution.apply(x));
          }
          return p.toScores().apply(x).transpose(0, 2, 1).toFloatArray();
        });
  }

  @Override
  public void close() {
    scope.close();
  }
}
