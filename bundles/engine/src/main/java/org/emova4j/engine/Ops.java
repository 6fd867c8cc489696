package org.emova4j.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Operators that libtorch has and DJL lacks, or has in an awkward form. A result belongs to the
 * manager of the first argument. Results are for inference: no gradients flow through them, and
 * libtorch refuses to change them in place ({@code addi}, {@code set}); {@code duplicate()} makes
 * one that can be changed.
 *
 * <p>Safe for concurrent use, inside {@link NetworkScope#call}. A shape that doesn't fit is an
 * {@link ai.djl.engine.EngineException}.
 */
public final class Ops {
  private static final Logger LOG = LoggerFactory.getLogger(Ops.class);

  private final ScriptModule module;
  private final Optional<PackedOps> packed;

  private Ops(ScriptModule module, Optional<PackedOps> packed) {
    this.module = module;
    this.packed = packed;
  }

  static Ops load(NDManager manager) {
    if (Processor.multipliesBfloat16()) {
      Ops ops = null;
      try {
        ops = load(manager, true);
        ops.tryPacking(manager);
        return ops;
      } catch (RuntimeException e) {
        LOG.debug("This libtorch packs no matrices of bfloat16", e);
        if (ops != null) {
          ops.close();
        }
      }
    }
    return load(manager, false);
  }

  /**
   * @param packsBfloat16 whether it packs matrices of bfloat16, which takes a libtorch that can
   */
  static Ops load(NDManager manager, boolean packsBfloat16) {
    return new Ops(
        ScriptModule.load(manager, OpsArchive.code(packsBfloat16)), PackedOps.load(manager));
  }

  private void tryPacking(NDManager manager) {
    try (NDManager temporary = manager.newSubManager();
        NDArray plain = emptyBfloat16(temporary, 1, 1);
        NDArray packed = arranged(plain)) {
      linear(temporary.create(new float[] {1}, new Shape(1, 1)), packed);
    }
  }

  void close() {
    module.close();
    packed.ifPresent(PackedOps::close);
  }

  /** Products with packed matrices, where this libtorch has them. */
  public Optional<PackedOps> packed() {
    return packed;
  }

  /**
   * The inverse of a centred, one-sided, unnormalised short-time Fourier transform.
   *
   * @param spectrum complex, {@code (batch, nFft / 2 + 1, frames)} or without the batch
   * @param window {@code (length of at most nFft)}
   * @param nFft size of the transform
   * @param hop samples from one frame to the next, at least 1
   * @param length of the result in samples, at least 1
   * @return {@code (batch, length)} or {@code (length)}
   */
  public NDArray istft(NDArray spectrum, NDArray window, int nFft, int hop, int length) {
    positive("nFft", nFft);
    positive("hop", hop);
    positive("length", length);
    return run("istft", spectrum, window, nFft, hop, window.getShape().get(0), length);
  }

  /**
   * Transposed convolution over time.
   *
   * @param x {@code (batch, in, time)}
   * @param weight {@code (in, out / groups, kernel)}
   * @param bias {@code (out)}
   * @return {@code (batch, out, (time - 1) * stride - 2 * padding + dilation * (kernel - 1) +
   *     outputPadding + 1)}
   */
  public NDArray convTranspose1d(
      NDArray x,
      NDArray weight,
      NDArray bias,
      int stride,
      int padding,
      int outputPadding,
      int dilation,
      int groups) {
    checkConvolution(stride, padding, dilation, groups);
    notNegative("outputPadding", outputPadding);
    return run(
        "conv_transpose1d_bias", x, weight, bias, stride, padding, outputPadding, dilation, groups);
  }

  /** As above, without a bias. */
  public NDArray convTranspose1d(
      NDArray x,
      NDArray weight,
      int stride,
      int padding,
      int outputPadding,
      int dilation,
      int groups) {
    checkConvolution(stride, padding, dilation, groups);
    notNegative("outputPadding", outputPadding);
    return run("conv_transpose1d", x, weight, stride, padding, outputPadding, dilation, groups);
  }

  /**
   * Convolution over time.
   *
   * @param x {@code (batch, in, time)}
   * @param weight {@code (out, in / groups, kernel)}
   * @param bias {@code (out)}
   * @return {@code (batch, out, (time + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1)}
   */
  public NDArray conv1d(
      NDArray x, NDArray weight, NDArray bias, int stride, int padding, int dilation, int groups) {
    return convolve(x, weight, bias, stride, padding, dilation, groups);
  }

  /** As above, without a bias. */
  public NDArray conv1d(
      NDArray x, NDArray weight, int stride, int padding, int dilation, int groups) {
    return convolve(x, weight, null, stride, padding, dilation, groups);
  }

  /**
   * Convolution over time of rows: the channels of a moment lie next to each other, so that nothing
   * is reordered on the way in and out. Stride one.
   *
   * @param x {@code (1, time, in)}
   * @param weight {@code (out, in / groups, 1, kernel)}; fastest where the second axis is the last
   *     in memory
   * @param bias {@code (out)}
   * @param padding zeros at both ends
   * @return {@code (1, time + 2 * padding - dilation * (kernel - 1), out)}
   */
  public NDArray convRows(
      NDArray x, NDArray weight, NDArray bias, int padding, int dilation, int groups) {
    checkConvolution(1, padding, dilation, groups);
    return run("conv_rows", x, weight, bias, padding, dilation, groups);
  }

  /**
   * Transposed convolution over time of rows.
   *
   * @param x {@code (1, time, in)}
   * @param weight {@code (in, out, 1, kernel)}, in memory as above
   * @param bias {@code (out)}
   * @return {@code (1, (time - 1) * stride - 2 * padding + kernel, out)}
   */
  public NDArray convTransposeRows(
      NDArray x, NDArray weight, NDArray bias, int stride, int padding) {
    checkConvolution(stride, padding, 1, 1);
    return run("conv_transpose_rows", x, weight, bias, stride, padding);
  }

  /**
   * One step of a residual block of HiFi-GAN (arXiv 2010.05646) over rows: {@code x +
   * conv2(leaky(conv1(leaky(x))))}, where conv2 has no dilation. One operator, because at full rate
   * each array between its parts is a memory's worth of traffic.
   *
   * @param x {@code (1, time, channels)}
   * @param slope of the leaky rectifier
   * @param weight1 {@code (channels, channels, 1, kernel)} with an odd kernel, in memory as above
   * @param bias1 {@code (channels)}
   * @param dilation1 of the first convolution
   * @param weight2 as {@code weight1}
   * @param bias2 {@code (channels)}
   * @return {@code (1, time, channels)}
   */
  public NDArray residualRows(
      NDArray x,
      double slope,
      NDArray weight1,
      NDArray bias1,
      int dilation1,
      NDArray weight2,
      NDArray bias2) {
    positive("dilation1", dilation1);
    int padding1 = Math.toIntExact((weight1.getShape().get(3) - 1) / 2 * dilation1);
    int padding2 = Math.toIntExact((weight2.getShape().get(3) - 1) / 2);
    return run(
        "residual_rows", x, slope, weight1, bias1, padding1, dilation1, weight2, bias2, padding2);
  }

  /**
   * What {@link #spectralConv1d} wants of a kernel.
   *
   * @param weight {@code (out, in / groups, kernel)}
   * @param size of the transforms, at least the kernel
   * @return {@code ((size / 2 + 1) * groups, in / groups, out / groups, 2)}
   */
  public NDArray kernelSpectrum(NDArray weight, int groups, int size) {
    positive("groups", groups);
    checkSpectral((int) weight.getShape().get(2), size);
    return run("kernel_spectrum", weight, groups, size);
  }

  /**
   * Convolution over time by Fourier transforms of overlapping stretches, for kernels so long that
   * this is the shorter way. The layout is time first, unlike that of {@link #conv1d}.
   *
   * @param x {@code (1, count * step + kernel - 1, in)}, step being {@code size - kernel + 1}
   * @param spectrum from {@link #kernelSpectrum}, with the same numbers
   * @param kernel its length
   * @param size of the transforms, at least the kernel
   * @return {@code (1, count * step, out)}
   */
  public NDArray spectralConv1d(NDArray x, NDArray spectrum, int groups, int kernel, int size) {
    positive("groups", groups);
    checkSpectral(kernel, size);
    return run("spectral_conv1d", x, spectrum, groups, size, size - kernel + 1);
  }

  /**
   * Windows over an axis, without a copy.
   *
   * @param size of a window, at most that of the axis
   * @param step from one window to the next
   * @return the axis has one entry for each whole window, and a new last axis is the window
   */
  public NDArray unfold(NDArray x, int axis, int size, int step) {
    positive("size", size);
    positive("step", step);
    return run("unfold", x, axis, size, step);
  }

  /**
   * Scaled dot-product attention.
   *
   * @param q {@code (batch, heads, queries, size)}
   * @param k {@code (batch, heads, keys, size)}
   * @param v {@code (batch, heads, keys, size)}
   * @param causal whether a query sees only the keys up to its own position
   * @return {@code (batch, heads, queries, size)}
   */
  public NDArray sdpa(NDArray q, NDArray k, NDArray v, boolean causal) {
    return run("sdpa", q, k, v, causal);
  }

  /**
   * As above, with a mask.
   *
   * @param mask is added to the scores, or if boolean lets through what is true; broadcast to
   *     {@code (batch, heads, queries, keys)}
   */
  public NDArray sdpa(NDArray q, NDArray k, NDArray v, NDArray mask) {
    return run("sdpa_mask", q, k, v, mask);
  }

  /**
   * Divides by the root of the mean square over the last axis.
   *
   * @param x {@code (..., size)}
   * @param weight {@code (size)}
   */
  public NDArray rmsNorm(NDArray x, NDArray weight, double epsilon) {
    return run("rms_norm", x, weight, epsilon);
  }

  /**
   * Normalises the last axis.
   *
   * @param x {@code (..., size)}
   * @param weight {@code (size)}
   * @param bias {@code (size)}
   */
  public NDArray layerNorm(NDArray x, NDArray weight, NDArray bias, double epsilon) {
    return JniUtils.layerNorm(
        (PtNDArray) x, weight.getShape(), (PtNDArray) weight, (PtNDArray) bias, epsilon);
  }

  /**
   * Normalises groups of channels.
   *
   * @param x {@code (batch, channels, ...)}
   * @param groups must divide the channels
   * @param weight {@code (channels)}
   * @param bias {@code (channels)}
   */
  public NDArray groupNorm(NDArray x, int groups, NDArray weight, NDArray bias, double epsilon) {
    positive("groups", groups);
    return run("group_norm", x, groups, weight, bias, epsilon);
  }

  /** The exact Gaussian error linear unit, {@code x * Phi(x)}. */
  public NDArray gelu(NDArray x) {
    return JniUtils.gelu((PtNDArray) x);
  }

  /** Mirrors the last axis at its ends, which are not repeated; needs at least two axes. */
  public NDArray padReflect(NDArray x, int left, int right) {
    notNegative("left", left);
    notNegative("right", right);
    return run("pad_reflect", x, left, right);
  }

  /** Repeats the ends of the last axis; needs at least two axes. */
  public NDArray padReplicate(NDArray x, int left, int right) {
    notNegative("left", left);
    notNegative("right", right);
    return run("pad_replicate", x, left, right);
  }

  /**
   * A matrix product without a bias. With a bfloat16 weight, {@code x} is rounded to that as well,
   * and so is the result, which is float32 nevertheless.
   *
   * @param x {@code (..., in)}
   * @param weight {@code (out, in)}, float32, {@link NetworkScope#bfloat16Weight} or {@link
   *     NetworkScope#matrix}
   * @return {@code (..., out)}
   */
  public NDArray linear(NDArray x, NDArray weight) {
    return run("product", x, weight);
  }

  /**
   * Rows of a matrix, as float32.
   *
   * @param ids int64, each from 0 to less than {@code rows}
   * @param weight {@code (rows, size)}, float32 or {@link NetworkScope#bfloat16Weight}
   * @return {@code (..., size)}
   */
  public NDArray embedding(NDArray ids, NDArray weight) {
    return run("embedding", ids, weight);
  }

  /**
   * Rotary positions (arXiv 2104.09864) in the form that turns the first half of the last axis
   * against the second: {@code x * cos + (-second, first) * sin}.
   *
   * @param x {@code (..., size)}, size even
   * @param cos broadcast to {@code x}
   * @param sin broadcast to {@code x}
   */
  public NDArray rotate(NDArray x, NDArray cos, NDArray sin) {
    return run("rotate", x, cos, sin);
  }

  /**
   * A layer of a decoder as Llama and Qwen have it: attention with rotary positions, whose heads
   * share keys and values in groups, and a perceptron gated by {@code silu}, each behind a {@link
   * #rmsNorm} and with a residual. One operator, because a step with one token is so little work
   * that calling its thirty parts one by one would take as long.
   *
   * @param x {@code (tokens, width)}, at least one token
   * @param layer its weights
   * @param keys {@code (key heads, capacity, size)}; gets those of the new tokens, in place
   * @param values likewise
   * @param at how many tokens the caches hold; with the new ones at most their capacity
   * @param cos of the new tokens' positions, {@code (tokens, size)}
   * @param sin likewise
   * @param epsilon of the norms
   * @return {@code (tokens, width)}
   */
  public NDArray decoderLayer(
      NDArray x,
      DecoderWeights layer,
      NDArray keys,
      NDArray values,
      int at,
      NDArray cos,
      NDArray sin,
      double epsilon) {
    notNegative("at", at);
    return run(
        "decoder_layer",
        x,
        layer.attentionNorm(),
        layer.queryKeyValue(),
        layer.bias(),
        layer.output(),
        layer.perceptronNorm(),
        layer.gateUp(),
        layer.down(),
        keys,
        values,
        cos,
        sin,
        at,
        epsilon);
  }

  /** The same {@code (out, in)} in the order in which {@link #linear} is fastest with one row. */
  NDArray arranged(NDArray plain) {
    return run("arranged", plain);
  }

  NDArray emptyBfloat16(NDManager manager, long rows, long columns) {
    try (NDArray owner = manager.create(0f)) {
      return run("empty_bfloat16", owner, rows, columns);
    }
  }

  /** Writes {@code values} into {@code x} from the element {@code at} on, in row-major order. */
  void fill(NDArray x, long at, NDArray values) {
    run("fill", x, at, values).close();
  }

  /**
   * @param bias null for none
   */
  private static NDArray convolve(
      NDArray x, NDArray weight, NDArray bias, int stride, int padding, int dilation, int groups) {
    checkConvolution(stride, padding, dilation, groups);
    return JniUtils.convolution(
        (PtNDArray) x,
        (PtNDArray) weight,
        (PtNDArray) bias,
        new Shape(stride),
        new Shape(padding),
        new Shape(dilation),
        groups);
  }

  private NDArray run(String method, NDArray first, Object... rest) {
    return module.run(method, first, rest);
  }

  /** libtorch divides by some of these before it looks at them. */
  private static void checkConvolution(int stride, int padding, int dilation, int groups) {
    positive("stride", stride);
    notNegative("padding", padding);
    positive("dilation", dilation);
    positive("groups", groups);
  }

  private static void checkSpectral(int kernel, int size) {
    positive("kernel", kernel);
    if (size < kernel) {
      throw new IllegalArgumentException(
          "size is %d, must be at least the kernel's %d".formatted(size, kernel));
    }
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s is %d, must be at least 1".formatted(name, value));
    }
  }

  private static void notNegative(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException("%s is %d, must be at least 0".formatted(name, value));
    }
  }
}
