package org.emova4j.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive of a module without weights whose methods call single operators. libtorch
 * compiles its source text, so no Python is needed to make it: it is a zip of stored entries, with
 * the module's state as a pickle.
 */
final class OpsArchive {
  private static final String HEAD =
      """
      class Ops(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
      """;

  private static final String CODE =
      """
        def istft(self: __torch__.Ops, spectrum: Tensor, window: Tensor, n_fft: int, hop: int, win: int, length: int) -> Tensor:
          return torch.istft(spectrum, n_fft, hop, win, window, True, False, True, length, False)
        def conv_transpose1d(self: __torch__.Ops, x: Tensor, weight: Tensor, stride: int, padding: int, output_padding: int, dilation: int, groups: int) -> Tensor:
          return torch.conv_transpose1d(x, weight, None, [stride], [padding], [output_padding], groups, [dilation])
        def conv_transpose1d_bias(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int, output_padding: int, dilation: int, groups: int) -> Tensor:
          return torch.conv_transpose1d(x, weight, bias, [stride], [padding], [output_padding], groups, [dilation])
        def conv_rows(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor, padding: int, dilation: int, groups: int) -> Tensor:
          y = torch.conv2d(torch.permute(torch.unsqueeze(x, 1), [0, 3, 1, 2]), weight, bias, [1, 1], [0, padding], [1, dilation], groups)
          return torch.squeeze(torch.permute(y, [0, 2, 3, 1]), 1)
        def conv_transpose_rows(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int) -> Tensor:
          y = torch.conv_transpose2d(torch.permute(torch.unsqueeze(x, 1), [0, 3, 1, 2]), weight, bias, [1, stride], [0, padding], [0, 0], 1, [1, 1])
          return torch.squeeze(torch.permute(y, [0, 2, 3, 1]), 1)
        def residual_rows(self: __torch__.Ops, x: Tensor, slope: float, weight1: Tensor, bias1: Tensor, padding1: int, dilation1: int, weight2: Tensor, bias2: Tensor, padding2: int) -> Tensor:
          a = torch.permute(torch.unsqueeze(torch.leaky_relu(x, slope), 1), [0, 3, 1, 2])
          b = torch.conv2d(a, weight1, bias1, [1, 1], [0, padding1], [1, dilation1], 1)
          c = torch.conv2d(torch.leaky_relu_(b, slope), weight2, bias2, [1, 1], [0, padding2], [1, 1], 1)
          return torch.add_(torch.squeeze(torch.permute(c, [0, 2, 3, 1]), 1), x)
        def sdpa(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
          return torch.scaled_dot_product_attention(q, k, v, None, 0., causal)
        def sdpa_mask(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
          return torch.scaled_dot_product_attention(q, k, v, mask, 0., False)
        def unfold(self: __torch__.Ops, x: Tensor, axis: int, size: int, step: int) -> Tensor:
          return torch.unfold(x, axis, size, step)
        def kernel_spectrum(self: __torch__.Ops, weight: Tensor, groups: int, n: int) -> Tensor:
          s = torch.conj_physical(torch.fft_rfft(weight, n))
          bins = torch.size(s, 2)
          size = torch.size(s, 1)
          s1 = torch.permute(torch.reshape(s, [groups, -1, size, bins]), [3, 0, 2, 1])
          return torch.view_as_real(torch.reshape(s1, [torch.mul(bins, groups), size, -1]))
        def spectral_conv1d(self: __torch__.Ops, x: Tensor, spectrum: Tensor, groups: int, n: int, step: int) -> Tensor:
          s = torch.fft_rfft(torch.squeeze(torch.unfold(x, 1, n, step), 0))
          count = torch.size(s, 0)
          bins = torch.size(s, 2)
          s1 = torch.reshape(torch.permute(s, [2, 1, 0]), [torch.mul(bins, groups), -1, count])
          y = torch.bmm(torch.transpose(s1, 1, 2), torch.view_as_complex(spectrum))
          y1 = torch.permute(torch.reshape(y, [bins, groups, count, -1]), [2, 1, 3, 0])
          y2 = torch.slice(torch.fft_irfft(torch.reshape(y1, [count, -1, bins]), n), 2, 0, step)
          return torch.reshape(torch.transpose(y2, 1, 2), [1, torch.mul(count, step), -1])
        def rms_norm(self: __torch__.Ops, x: Tensor, weight: Tensor, eps: float) -> Tensor:
          return torch.rms_norm(x, [torch.size(weight, 0)], weight, eps)
        def group_norm(self: __torch__.Ops, x: Tensor, groups: int, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
          return torch.group_norm(x, groups, weight, bias, eps, False)
        def empty_bfloat16(self: __torch__.Ops, like: Tensor, rows: int, columns: int) -> Tensor:
          return torch.empty([rows, columns], dtype=15)
        def fill(self: __torch__.Ops, x: Tensor, at: int, values: Tensor) -> Tensor:
          return torch.copy_(torch.narrow(torch.view(x, [-1]), 0, at, torch.size(values, 0)), values)
        def product(self: __torch__.Ops, x: Tensor, weight: Tensor) -> Tensor:
          if torch.eq(ops.prim.dtype(weight), 6):
            y = torch.linear(x, weight)
          else:
            y = torch.to((self).product_bfloat16(torch.to(x, 15), weight), 6)
          return y
        def product_bfloat16(self: __torch__.Ops, x: Tensor, weight: Tensor) -> Tensor:
          if %s:
            y = %s
          else:
            y = torch.linear(x, weight)
          return y
        def arranged(self: __torch__.Ops, weight: Tensor) -> Tensor:
          if torch.eq(ops.prim.dtype(weight), 6):
            if torch.gt(torch.size(weight, 0), torch.size(weight, 1)):
              y = torch.t(torch.contiguous(torch.t(weight)))
            else:
              y = weight
            z = y
          else:
            z = %s
          return z
        def embedding(self: __torch__.Ops, ids: Tensor, weight: Tensor) -> Tensor:
          return torch.to(torch.embedding(weight, ids), 6)
        def rotate(self: __torch__.Ops, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
          low, high, = torch.chunk(x, 2, -1)
          return torch.add(torch.mul(x, cos), torch.mul(torch.cat([torch.neg(high), low], -1), sin))
        def decoder_layer(self: __torch__.Ops, x: Tensor, norm1: Tensor, qkv: Tensor, bias: Tensor, out: Tensor, norm2: Tensor, gate_up: Tensor, down: Tensor, keys: Tensor, values: Tensor, cos: Tensor, sin: Tensor, at: int, eps: float) -> Tensor:
          n = torch.size(x, 0)
          key_heads = torch.size(keys, 0)
          size = torch.size(keys, 2)
          h = torch.add((self).product(torch.rms_norm(x, [torch.size(norm1, 0)], norm1, eps), qkv), bias)
          split = torch.transpose(torch.view(h, [n, -1, size]), 0, 1)
          turning = torch.sub(torch.size(split, 0), key_heads)
          heads = torch.sub(turning, key_heads)
          turned = (self).rotate(torch.narrow(split, 0, 0, turning), cos, sin)
          _0 = torch.copy_(torch.narrow(keys, 1, at, n), torch.narrow(turned, 0, heads, key_heads))
          _1 = torch.copy_(torch.narrow(values, 1, at, n), torch.narrow(split, 0, turning, key_heads))
          q = torch.narrow(turned, 0, 0, heads)
          mixed = (self).attend_cached(q, torch.narrow(keys, 1, 0, torch.add(at, n)), torch.narrow(values, 1, 0, torch.add(at, n)))
          y = torch.add(x, (self).product(mixed, out))
          gate, up, = torch.chunk((self).product(torch.rms_norm(y, [torch.size(norm2, 0)], norm2, eps), gate_up), 2, -1)
          return torch.add(y, (self).product(torch.mul(torch.silu(gate), up), down))
        def attend_cached(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
          heads = torch.size(q, 0)
          n = torch.size(q, 1)
          size = torch.size(q, 2)
          key_heads = torch.size(k, 0)
          total = torch.size(k, 1)
          if torch.eq(n, 1):
            one = torch.scaled_dot_product_attention(torch.reshape(q, [1, key_heads, -1, size]), torch.unsqueeze(k, 0), torch.unsqueeze(v, 0), None, 0., False)
            y = torch.reshape(one, [1, -1])
          else:
            grouped = torch.reshape(q, [key_heads, -1, n, size])
            shape = [key_heads, torch.size(grouped, 1), total, size]
            ks = torch.expand(torch.unsqueeze(k, 1), shape)
            vs = torch.expand(torch.unsqueeze(v, 1), shape)
            if torch.eq(n, total):
              many = torch.scaled_dot_product_attention(grouped, ks, vs, None, 0., True)
            else:
              mask = torch.tril(torch.ones([n, total], dtype=11), torch.sub(total, n))
              many = torch.scaled_dot_product_attention(grouped, ks, vs, mask, 0., False)
            y = torch.reshape(torch.transpose(torch.reshape(many, [heads, n, size]), 0, 1), [n, -1])
          return y
        def pad_reflect(self: __torch__.Ops, x: Tensor, left: int, right: int) -> Tensor:
          return torch.pad(x, [left, right], "reflect")
        def pad_replicate(self: __torch__.Ops, x: Tensor, left: int, right: int) -> Tensor:
          return torch.pad(x, [left, right], "replicate")
      """;

  /** {@code __torch__.Ops} with the state {@code {"training": False}}, pickle protocol 2. */
  private static final byte[] STATE =
      "\u0080\u0002c__torch__\nOps\nq\u0000)\u0081}(X\u0008\u0000\u0000\u0000training\u0089ub."
          .getBytes(ISO_8859_1);

  /** The empty tuple, pickle protocol 2. */
  private static final byte[] NO_CONSTANTS = "\u0080\u0002).".getBytes(ISO_8859_1);

  /** A condition and what then is the product in bfloat16, and a matrix made ready for it. */
  private static final String[] PACKED = {
    "ops.prim.is_mkldnn(weight)",
    "ops.mkldnn._linear_pointwise(x, weight, None, \"none\", [], \"\")",
    "ops.mkldnn._reorder_linear_weight(weight, 1)"
  };

  /** Where the processor has no bfloat16, libtorch multiplies a vector faster than a row. */
  private static final String[] PLAIN = {
    "torch.__and__(torch.eq(torch.dim(x), 2), torch.eq(torch.size(x, 0), 1))",
    "torch.unsqueeze(torch.mv(weight, torch.squeeze(x, 0)), 0)",
    "weight"
  };

  private OpsArchive() {}

  /**
   * What {@link Ops} calls.
   *
   * @param packsBfloat16 whether with the operators for packed matrices of bfloat16, which not
   *     every libtorch has
   */
  static String code(boolean packsBfloat16) {
    return CODE.formatted((Object[]) (packsBfloat16 ? PACKED : PLAIN));
  }

  /**
   * @param methods source text, indented by two
   */
  static byte[] bytes(String methods) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "ops/data.pkl", STATE);
      put(zip, "ops/code/__torch__.py", (HEAD + methods).getBytes(UTF_8));
      put(zip, "ops/constants.pkl", NO_CONSTANTS);
      put(zip, "ops/version", "3\n".getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
