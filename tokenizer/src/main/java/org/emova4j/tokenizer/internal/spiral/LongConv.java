package org.emova4j.tokenizer.internal.spiral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;

/**
 * The positional convolution: so long a kernel that Fourier transforms take a fraction of the time.
 * Behind it comes a Gaussian error linear unit. Its weights are kept apart as direction and length,
 * for each tap of the kernel.
 */
final class LongConv {
  private final Ops ops;
  private final int groups;
  private final int kernel;
  private final int size; // of the transforms
  private final NDArray spectrum;
  private final NDArray bias;

  LongConv(NetworkScope scope, Ops ops, String name, SpiralConfig.Transformer sizes)
      throws SpeechException {
    this.ops = ops;
    groups = sizes.groups();
    kernel = sizes.kernel();
    size = Math.max(8, kernel + kernel / 4); // longer ones take more memory, shorter ones more time
    bias = scope.weight(name + ".bias", sizes.width());
    String direction = name + ".weight_v";
    float[] lengths = scope.values(name + ".weight_g", 1, 1, kernel);
    spectrum =
        scope.made(
            List.of(direction),
            v -> ops.kernelSpectrum(folded(direction, v, lengths), groups, size),
            sizes.width(),
            sizes.width() / groups,
            kernel);
  }

  /** Gives each tap its length, in place. */
  private static NDArray folded(String name, NDArray v, float[] lengths)
      throws ModelUnavailableException {
    NDArray norm = v.square().sum(new int[] {0, 1}, true).sqrt(); // (1, 1, kernel)
    for (float n : norm.toFloatArray()) {
      if (!(n > 0) || Float.isInfinite(n)) {
        throw new ModelUnavailableException("the norm of a tap of %s is %s".formatted(name, n));
      }
    }
    NDArray g = v.getManager().create(lengths, norm.getShape());
    return v.muli(norm.pow(-1).mul(g));
  }

  /** Frames that must stand before the first that is asked for. */
  int left() {
    return kernel / 2;
  }

  /** Frames that must stand behind the last of so many. */
  int right(int time) {
    int step = size - kernel + 1;
    return (time + step - 1) / step * step - time + kernel - 1 - left();
  }

  /**
   * Adds what it makes.
   *
   * @param x {@code (1, left + time + right, width)}
   * @param to {@code (1, time, width)}
   */
  void add(NDArray x, NDArray to) {
    int time = (int) to.getShape().get(1);
    int step = size - kernel + 1;
    int stretch = Math.max(1, Masked.STRETCH / step) * step;
    for (int from = 0; from < time; from += stretch) {
      int end = Math.min(from + stretch, time);
      int blocks = (end - from + step - 1) / step;
      try (NDManager inner = to.getManager().newSubManager()) {
        NDArray heard = Masked.frames(x, from, from + blocks * step + kernel - 1, inner);
        NDArray all = ops.spectralConv1d(heard, spectrum, groups, kernel, size);
        NDArray h = ops.gelu(Masked.frames(all, 0, end - from).add(bias));
        Masked.frames(to, from, end, inner).addi(h);
      }
    }
  }
}
