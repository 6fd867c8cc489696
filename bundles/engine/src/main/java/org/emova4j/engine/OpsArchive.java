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
  private static final String CODE =
      """
      class Ops(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def istft(self: __torch__.Ops, spectrum: Tensor, window: Tensor, n_fft: int, hop: int, win: int, length: int) -> Tensor:
          return torch.istft(spectrum, n_fft, hop, win, window, True, False, True, length, False)
        def conv_transpose1d(self: __torch__.Ops, x: Tensor, weight: Tensor, stride: int, padding: int, output_padding: int, dilation: int, groups: int) -> Tensor:
          return torch.conv_transpose1d(x, weight, None, [stride], [padding], [output_padding], groups, [dilation])
        def conv_transpose1d_bias(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int, output_padding: int, dilation: int, groups: int) -> Tensor:
          return torch.conv_transpose1d(x, weight, bias, [stride], [padding], [output_padding], groups, [dilation])
        def sdpa(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
          return torch.scaled_dot_product_attention(q, k, v, None, 0., causal)
        def sdpa_mask(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
          return torch.scaled_dot_product_attention(q, k, v, mask, 0., False)
        def rms_norm(self: __torch__.Ops, x: Tensor, weight: Tensor, eps: float) -> Tensor:
          return torch.rms_norm(x, [torch.size(weight, 0)], weight, eps)
        def group_norm(self: __torch__.Ops, x: Tensor, groups: int, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
          return torch.group_norm(x, groups, weight, bias, eps, False)
        def empty_bfloat16(self: __torch__.Ops, like: Tensor, rows: int, columns: int) -> Tensor:
          return torch.empty([rows, columns], dtype=15)
        def fill(self: __torch__.Ops, x: Tensor, at: int, values: Tensor) -> Tensor:
          return torch.copy_(torch.narrow(torch.view(x, [-1]), 0, at, torch.size(values, 0)), values)
        def linear_bfloat16(self: __torch__.Ops, x: Tensor, weight: Tensor) -> Tensor:
          return torch.to(torch.linear(torch.to(x, 15), weight), 6)
        def multiply_bfloat16(self: __torch__.Ops, x: Tensor, weight: Tensor) -> Tensor:
          return torch.to(torch.mv(weight, torch.view(torch.to(x, 15), [-1])), 6)
        def embedding(self: __torch__.Ops, ids: Tensor, weight: Tensor) -> Tensor:
          return torch.to(torch.embedding(weight, ids), 6)
        def rotate(self: __torch__.Ops, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
          low, high, = torch.chunk(x, 2, -1)
          return torch.add(torch.mul(x, cos), torch.mul(torch.cat([torch.neg(high), low], -1), sin))
        def swiglu(self: __torch__.Ops, gate: Tensor, up: Tensor) -> Tensor:
          return torch.mul(torch.silu(gate), up)
        def store(self: __torch__.Ops, value: Tensor, cache: Tensor, at: int) -> Tensor:
          return torch.copy_(torch.narrow(cache, 1, at, torch.size(value, 1)), value)
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

  private OpsArchive() {}

  static byte[] bytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "ops/data.pkl", STATE);
      put(zip, "ops/code/__torch__.py", CODE.getBytes(UTF_8));
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
