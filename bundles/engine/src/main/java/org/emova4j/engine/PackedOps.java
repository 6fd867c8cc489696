package org.emova4j.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Matrix products of oneDNN, whose matrix was put once into the order in which the processor reads
 * it. A plain product does that again in each call, which costs a fifth of the time of short
 * speech. Not in every libtorch: a CUDA one may lack it.
 *
 * <p>Safe for concurrent use, inside {@link NetworkScope#call}.
 */
public final class PackedOps {
  private static final Logger LOG = LoggerFactory.getLogger(PackedOps.class);

  private static final String CODE =
      """
        def pack(self: __torch__.Ops, weight: Tensor) -> Tensor:
          return ops.mkldnn._reorder_linear_weight(weight)
        def linear(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
          return ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")
        def linear_gelu(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
          return ops.mkldnn._linear_pointwise(x, weight, bias, "gelu", annotate(List[Optional[number]], []), "none")
      """;

  private final ScriptModule module;

  private PackedOps(ScriptModule module) {
    this.module = module;
  }

  /** Empty if this libtorch lacks them, or they don't run on this machine. */
  static Optional<PackedOps> load(NDManager manager) {
    ScriptModule module = null;
    try (NDManager inner = manager.newSubManager()) {
      module = ScriptModule.load(manager, CODE);
      PackedOps made = new PackedOps(module);
      NDArray packed = made.pack(inner.ones(new Shape(2, 2)));
      made.linear(inner.ones(new Shape(1, 2)), packed, inner.ones(new Shape(2))).toFloatArray();
      return Optional.of(made);
    } catch (EngineException e) {
      LOG.debug("No packed matrix products in this libtorch", e);
      if (module != null) {
        module.close();
      }
      return Optional.empty();
    }
  }

  void close() {
    module.close();
  }

  /**
   * @param weight {@code (out, in)}, float32; not needed afterwards
   * @return for this class alone: its elements can't be read
   */
  public NDArray pack(NDArray weight) {
    return module.run("pack", weight);
  }

  /**
   * @param x {@code (.., in)}
   * @param packed from {@link #pack}
   * @param bias {@code (out)}
   * @return {@code (.., out)}
   */
  public NDArray linear(NDArray x, NDArray packed, NDArray bias) {
    return module.run("linear", x, packed, bias);
  }

  /** The same and the exact Gaussian error linear unit, in one step. */
  public NDArray linearGelu(NDArray x, NDArray packed, NDArray bias) {
    return module.run("linear_gelu", x, packed, bias);
  }
}
