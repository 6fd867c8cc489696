package org.emova4j.qwen.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;

/**
 * One block of the vision transformer: full attention among the patches of one image, and a
 * perceptron with the quick approximation of GELU. Letters: N patches, E width, A heads, S = E / A.
 * Safe for concurrent use, inside {@link NetworkScope#call}.
 */
final class VisionBlock {
  private static final float QUICK_GELU = 1.702f;

  private final Ops ops;
  private final int heads;
  private final VisionNorm norm1;
  private final Dense qkv;
  private final Dense output;
  private final VisionNorm norm2;
  private final Dense expand;
  private final Dense shrink;

  VisionBlock(NetworkScope scope, Ops ops, Precision precision, String name, int width, int heads)
      throws ModelUnavailableException {
    this.ops = ops;
    this.heads = heads;
    norm1 = VisionNorm.read(scope, ops, name + ".norm1", width);
    qkv = Dense.read(scope, ops, precision, name + ".attn.qkv", width, 3 * width, true);
    output = Dense.read(scope, ops, precision, name + ".attn.proj", width, width, true);
    norm2 = VisionNorm.read(scope, ops, name + ".norm2", width);
    int inner = (int) scope.shape(name + ".mlp.fc1.weight")[0];
    expand = Dense.read(scope, ops, precision, name + ".mlp.fc1", width, inner, true);
    shrink = Dense.read(scope, ops, precision, name + ".mlp.fc2", inner, width, true);
  }

  /**
   * @param x {@code (N, E)}
   * @param cos of the rotary positions, {@code (N, S)}
   * @param sin likewise
   * @return {@code (N, E)}, of the manager of {@code x}
   */
  NDArray apply(NDArray x, NDArray cos, NDArray sin) {
    try (NDManager inner = x.getManager().newSubManager()) {
      NDArray h = norm1.apply(x);
      h.attach(inner);
      NDArray y = x.add(output.apply(attend(qkv.apply(h), cos, sin)));
      NDArray z = norm2.apply(y);
      z.attach(inner);
      z = expand.apply(z);
      z = z.mul(Activation.sigmoid(z.mul(QUICK_GELU)));
      NDArray result = y.add(shrink.apply(z));
      y.close();
      return result;
    }
  }

  /** {@code (N, 3 * E)} to {@code (N, E)}. */
  private NDArray attend(NDArray h, NDArray cos, NDArray sin) {
    long n = h.getShape().get(0);
    long width = h.getShape().get(1) / 3;
    NDArray split = h.reshape(n, 3, heads, width / heads).transpose(1, 2, 0, 3); // (3, A, N, S)
    NDArray q = ops.rotate(split.get(0), cos, sin).expandDims(0);
    NDArray k = ops.rotate(split.get(1), cos, sin).expandDims(0);
    NDArray v = split.get(2).expandDims(0);
    return ops.sdpa(q, k, v, false).squeeze(0).transpose(1, 0, 2).reshape(n, width);
  }
}
