package org.emova4j.engine.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.PackedOps;

/**
 * A matrix product and a bias, as {@link Linear}, for large matrices and many calls: the matrix is
 * packed where {@link PackedOps} are to be had. Safe for concurrent use, inside {@link
 * NetworkScope#call}.
 */
public final class PackedLinear {
  private final Ops ops;
  private final Linear plain; // with a packed matrix, if packing
  private final Optional<PackedOps> packing;

  private PackedLinear(Ops ops, Linear plain, Optional<PackedOps> packing) {
    this.ops = ops;
    this.plain = plain;
    this.packing = packing;
  }

  /** Reads {@code NAME.weight} and {@code NAME.bias}. */
  public static PackedLinear read(NetworkScope scope, Ops ops, String name, int in, int out)
      throws SpeechException {
    return joined(scope, ops, List.of(name), in, out);
  }

  /**
   * Several of the same sizes as one, whose results lie side by side.
   *
   * @param names as for {@link #read}, at least one
   * @param in width of what comes in
   * @param out width of what each of them puts out
   */
  public static PackedLinear joined(
      NetworkScope scope, Ops ops, List<String> names, int in, int out) throws SpeechException {
    NDArray bias = scope.joined(names.stream().map(n -> n + ".bias").toList(), out);
    return of(
        scope, ops, names.stream().map(n -> n + ".weight").toList(), plain -> plain, bias, out, in);
  }

  /**
   * @param weights one or more of the same sizes, which are joined along their first axis
   * @param matrix from them to {@code (out, in)}
   * @param bias {@code (out)}, of the scope's own manager
   * @param shape of each weight
   */
  public static PackedLinear of(
      NetworkScope scope,
      Ops ops,
      List<String> weights,
      UnaryOperator<NDArray> matrix,
      NDArray bias,
      long... shape)
      throws SpeechException {
    Optional<PackedOps> packing = ops.packed();
    NDArray kept =
        scope.made(
            weights,
            plain -> {
              NDArray made = matrix.apply(plain);
              return packing.isPresent() ? packing.get().pack(made) : made.duplicate();
            },
            shape);
    return new PackedLinear(ops, new Linear(kept, bias), packing);
  }

  /** {@code (.., in)} to {@code (.., out)}. */
  public NDArray apply(NDArray x) {
    return packing.isPresent()
        ? packing.get().linear(x, plain.weight(), plain.bias())
        : plain.apply(x);
  }

  /** The same and the exact Gaussian error linear unit. */
  public NDArray applyGelu(NDArray x) {
    return packing.isPresent()
        ? packing.get().linearGelu(x, plain.weight(), plain.bias())
        : ops.gelu(plain.apply(x));
  }
}
