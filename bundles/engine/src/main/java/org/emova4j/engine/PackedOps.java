package org.emova4j.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Matrix products and convolutions of oneDNN, whose matrix was put once into the order in which the
 * processor reads it. A plain product does that again in each call, which costs a fifth of the time
 * of short speech. Not in every libtorch: a CUDA one may lack it.
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
        def pack_filters(self: __torch__.Ops, weight: Tensor, groups: int) -> Tensor:
          width = torch.mul(groups, torch.size(weight, 1))
          return torch.mkldnn_reorder_conv2d_weight(torch.to_mkldnn(weight), [0, 0], [1, 1], [1, 1], groups, [1, width, 1, 1024])
        def filtered(self: __torch__.Ops, x: Tensor, slope: float, spreading: Tensor, gathering: Tensor, filters: Tensor, bias: Tensor, before: int, behind: int, phases: int, phase: int, apart: int, tiles: int, stretch: int) -> Tensor:
          points = torch.size(spreading, 0)
          tile = torch.size(gathering, 0)
          width = torch.size(x, 2)
          padded = torch.leaky_relu_(torch.constant_pad_nd(torch.squeeze(x, 0), [0, 0, before, behind]), slope)
          row = torch.contiguous(torch.transpose(torch.view(padded, [-1, phases, width]), 0, 1))
          later = torch.sub(torch.size(filters, 3), 1)
          results = torch.sub(tiles, later)
          y = torch.empty([results, tile, width])
          for i in range(torch.floordiv(torch.sub(torch.add(results, stretch), 1), stretch)):
            at = torch.mul(i, stretch)
            count = ops.prim.min(stretch, torch.sub(results, at))
            more = torch.add(count, later)
            seen = torch.as_strided(row, [more, points, width], [torch.mul(tile, width), width, 1], torch.mul(torch.mul(at, tile), width))
            spread = torch.view(torch.matmul(spreading, seen), [1, 1, more, torch.mul(points, width)])
            products = ops.mkldnn._convolution_pointwise(torch.permute(spread, [0, 3, 1, 2]), filters, None, [0, 0], [1, 1], [1, 1], points, "none", annotate(List[Optional[number]], []), "")
            groups = torch.view(torch.permute(products, [0, 2, 3, 1]), [count, points, width])
            _0 = torch.baddbmm(bias, torch.expand(gathering, [count, -1, -1]), groups, beta=1, alpha=1, out=torch.narrow(y, 0, at, count))
          z = torch.as_strided(y, [phase, phases, width], [width, torch.mul(apart, width), 1])
          return torch.narrow(torch.reshape(z, [1, -1, width]), 1, 0, torch.size(x, 1))
        def residual_rows(self: __torch__.Ops, x: Tensor, slope: float, spreading: Tensor, gathering: Tensor, stretch: int, filters1: Tensor, bias1: Tensor, before1: int, behind1: int, phases1: int, phase1: int, apart1: int, tiles1: int, filters2: Tensor, bias2: Tensor, before2: int, behind2: int, phases2: int, phase2: int, apart2: int, tiles2: int) -> Tensor:
          y = (self).filtered(x, slope, spreading, gathering, filters1, bias1, before1, behind1, phases1, phase1, apart1, tiles1, stretch)
          z = (self).filtered(y, slope, spreading, gathering, filters2, bias2, before2, behind2, phases2, phase2, apart2, tiles2, stretch)
          return torch.add_(z, x)
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
      made.packFilters(inner.ones(new Shape(2, 1, 1, 1)), 2);
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

  /**
   * The filters of a convolution over one row of places.
   *
   * @param weight {@code (out, in / groups, 1, filters)}, float32; not needed afterwards
   * @return for this class alone: its elements can't be read
   */
  public NDArray packFilters(NDArray weight, int groups) {
    return module.run("pack_filters", weight, groups);
  }

  /**
   * How rows are cut into overlapping tiles.
   *
   * @param before zeros before the first row
   * @param behind zeros behind the last one
   * @param phases into which the rows with these zeros are sorted, one behind the other
   * @param phase results of each that are wanted
   * @param apart rows from one phase to the next
   * @param tiles over all phases
   */
  public record Tiling(int before, int behind, int phases, int phase, int apart, int tiles) {}

  /**
   * A convolution by minimal filtering.
   *
   * @param filters from {@link #packFilters}, one group a point
   * @param bias {@code (channels)}
   * @param tiling of what comes in
   */
  public record Filtering(NDArray filters, NDArray bias, Tiling tiling) {}

  /**
   * As {@link Ops#residualRows}, where the convolutions are minimal filters: tiles of rows are
   * spread over points, at each of them multiplied, and gathered.
   *
   * @param x {@code (1, time, channels)}
   * @param spreading {@code (points, points)}, from the rows that a tile sees
   * @param gathering {@code (tile, points)}
   * @param stretch tiles that go through at once, at least one
   * @return {@code (1, time, channels)}
   */
  public NDArray residualRows(
      NDArray x,
      double slope,
      NDArray spreading,
      NDArray gathering,
      int stretch,
      Filtering first,
      Filtering second) {
    Tiling one = first.tiling();
    Tiling two = second.tiling();
    return module.run(
        "residual_rows",
        x,
        slope,
        spreading,
        gathering,
        stretch,
        first.filters(),
        first.bias(),
        one.before(),
        one.behind(),
        one.phases(),
        one.phase(),
        one.apart(),
        one.tiles(),
        second.filters(),
        second.bias(),
        two.before(),
        two.behind(),
        two.phases(),
        two.phase(),
        two.apart(),
        two.tiles());
  }
}
