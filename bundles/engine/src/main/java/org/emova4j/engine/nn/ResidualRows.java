package org.emova4j.engine.nn;

import ai.djl.ndarray.NDArray;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.PackedOps;

/**
 * One step of a residual block of HiFi-GAN (arXiv 2010.05646, section 2.2) over rows, where the
 * channels of a moment lie next to each other: {@code x + second(leaky(first(leaky(x))))}. Safe for
 * concurrent use, inside {@link NetworkScope#call}.
 *
 * <p>Where the kernels are long and the channels many, {@link MinimalFilter} computes them with
 * half the products; elsewhere spreading and gathering would cost what that saves.
 */
public final class ResidualRows {
  /** From how many channels on, and from which kernel on, minimal filtering is the faster way. */
  private static final int MANY_CHANNELS = 128;

  private static final int LONG_KERNEL = 7;

  /** Numbers that are spread at once: so few that they stay in a processor's cache. */
  private static final int STRETCH = 1 << 19;

  private interface Step {
    NDArray apply(NDArray x);
  }

  /**
   * A convolution that keeps the length.
   *
   * @param weight {@code (channels, channels, kernel)} in row-major order
   * @param bias {@code (channels)}, of the scope's own manager
   * @param dilation samples between taps
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  public record Convolution(float[] weight, NDArray bias, int dilation) {}

  private final Step step;

  private ResidualRows(Step step) {
    this.step = step;
  }

  /**
   * @param scope gets the weights; called within {@link NetworkScope#call}
   * @param channels of all that goes in and out
   * @param kernel odd, of both convolutions
   * @param slope of the leaky rectifier
   * @param second is not dilated
   */
  public static ResidualRows of(
      NetworkScope scope,
      Ops ops,
      int channels,
      int kernel,
      double slope,
      Convolution first,
      Convolution second)
      throws ModelUnavailableException {
    Weights weights = new Weights(scope, channels, kernel, slope, first, second);
    boolean minimal =
        channels >= MANY_CHANNELS && kernel >= LONG_KERNEL && ops.packed().isPresent();
    return new ResidualRows(minimal ? weights.minimal(ops.packed().get()) : weights.plain(ops));
  }

  /** {@code (1, time, channels)} to the same. */
  public NDArray apply(NDArray x) {
    return step.apply(x);
  }

  /**
   * A dilated convolution is a plain one over each phase of the rows. The phases lie one behind the
   * other, so far apart that none sees its neighbours.
   */
  private static PackedOps.Tiling tiling(int time, int kernel, int dilation) {
    int tile = MinimalFilter.TILE;
    int behind = (MinimalFilter.filters(kernel) - 1) * tile;
    int phase = (time + dilation - 1) / dilation;
    int apart = phase + behind + MinimalFilter.POINTS - 1;
    int before = (kernel - 1) / 2 * dilation;
    int results = Math.multiplyExact(dilation - 1, apart) + phase;
    return new PackedOps.Tiling(
        before,
        Math.multiplyExact(apart, dilation) - before - time,
        dilation,
        phase,
        apart,
        (results + tile - 1) / tile + behind / tile);
  }

  /** What either way is made of; a step must not hold on to it, for these are the plain weights. */
  private record Weights(
      NetworkScope scope,
      int channels,
      int kernel,
      double slope,
      Convolution first,
      Convolution second) {
    Step plain(Ops ops) throws ModelUnavailableException {
      NDArray weight1 = RowKernel.of(scope, first.weight(), channels, channels, kernel);
      NDArray weight2 = RowKernel.of(scope, second.weight(), channels, channels, kernel);
      NDArray bias1 = first.bias();
      NDArray bias2 = second.bias();
      int dilation = first.dilation();
      double slope = this.slope;
      return x -> ops.residualRows(x, slope, weight1, bias1, dilation, weight2, bias2);
    }

    Step minimal(PackedOps ops) throws ModelUnavailableException {
      int points = MinimalFilter.POINTS;
      NDArray spreading = scope.constant(MinimalFilter.spreading(), points, points);
      NDArray gathering = scope.constant(MinimalFilter.gathering(), MinimalFilter.TILE, points);
      int stretch = Math.max(1, STRETCH / (points * channels));
      NDArray filters1 = atPoints(ops, first.weight());
      NDArray filters2 = atPoints(ops, second.weight());
      NDArray bias1 = first.bias();
      NDArray bias2 = second.bias();
      int dilation = first.dilation();
      int kernel = this.kernel;
      double slope = this.slope;
      return x -> {
        int time = Math.toIntExact(x.getShape().get(1));
        return ops.residualRows(
            x,
            slope,
            spreading,
            gathering,
            stretch,
            new PackedOps.Filtering(filters1, bias1, tiling(time, kernel, dilation)),
            new PackedOps.Filtering(filters2, bias2, tiling(time, kernel, 1)));
      };
    }

    private NDArray atPoints(PackedOps ops, float[] weight) throws ModelUnavailableException {
      int points = MinimalFilter.POINTS;
      float[] values = MinimalFilter.kernelAtPoints(weight, channels, channels, kernel);
      int filters = MinimalFilter.filters(kernel);
      try (NDArray plain = scope.constant(values, (long) points * channels, channels, 1, filters)) {
        return ops.packFilters(plain, points);
      }
    }
  }
}
