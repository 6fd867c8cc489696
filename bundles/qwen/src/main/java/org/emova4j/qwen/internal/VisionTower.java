package org.emova4j.qwen.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.vision.ImagePatches;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.NetworkState;
import org.emova4j.engine.Ops;

/**
 * Qwen2-VL's vision transformer (arXiv 2409.12191), the merger of four patches to one token, and
 * EMOVA's projector to the width of the language model. Tensors have the official names: {@code
 * ...patch_embed.proj}, {@code ...blocks.N}, {@code ...merger}, {@code ...mm_projector}. Letters: N
 * patches, E width, M width of the merger's result, H width of the language model. Safe for
 * concurrent use.
 */
final class VisionTower {
  private static final String PATCHES = "patch_embed.proj.weight";
  private static final String PROJECTOR = "mm_projector.0.weight";
  private static final int MERGED = 4;
  private static final int DEFAULT_HEADS = 16;
  private static final double THETA = 10_000;

  private final NetworkScope scope;
  private final Ops ops;
  private final int heads;
  private final NDArray patchEmbedding; // (E, values of a patch)
  private final List<VisionBlock> blocks = new ArrayList<>();
  private final VisionNorm mergerNorm;
  private final Dense merge;
  private final Dense merged;
  private final Dense project;
  private final Dense projected;
  private final int width;
  private final int hiddenSize;

  private VisionTower(
      NetworkScope scope, Ops ops, Names names, int heads, int hiddenSize, Precision precision)
      throws ModelUnavailableException {
    this.scope = scope;
    this.ops = ops;
    this.heads = heads;
    this.hiddenSize = hiddenSize;
    String tower = names.before(PATCHES);
    width = (int) scope.shape(tower + PATCHES)[0];
    if (heads < 1 || width % heads != 0 || width / heads % 4 != 0) {
      throw new ModelUnavailableException(
          "a vision encoder of width %d can't have %d heads".formatted(width, heads));
    }
    patchEmbedding =
        scope
            .weight(tower + PATCHES, width, 3, 2, ImagePatches.PATCH_SIDE, ImagePatches.PATCH_SIDE)
            .reshape(width, ImagePatches.PATCH_LENGTH);
    while (names.has(tower + "blocks." + blocks.size() + ".norm1.weight")) {
      blocks.add(
          new VisionBlock(scope, ops, precision, tower + "blocks." + blocks.size(), width, heads));
    }
    if (blocks.isEmpty()) {
      throw new ModelUnavailableException("the vision encoder has no blocks");
    }
    String merger = tower + "merger.";
    mergerNorm = VisionNorm.read(scope, ops, merger + "ln_q", width);
    int wide = MERGED * width;
    merge = Dense.read(scope, ops, precision, merger + "mlp.0", wide, wide, true);
    int out = (int) scope.shape(merger + "mlp.2.weight")[0];
    merged = Dense.read(scope, ops, precision, merger + "mlp.2", wide, out, true);
    String projector = names.before(PROJECTOR) + "mm_projector.";
    project = Dense.read(scope, ops, precision, projector + "0", out, hiddenSize, true);
    projected = Dense.read(scope, ops, precision, projector + "2", hiddenSize, hiddenSize, true);
  }

  /**
   * The tower of a checkpoint, if it has one.
   *
   * @param config {@code config.json}
   * @param hiddenSize width of the language model
   * @throws ModelUnavailableException if a part of it is missing or of another shape
   */
  static Optional<VisionTower> read(
      NetworkScope scope, Ops ops, JsonNode config, int hiddenSize, Precision precision)
      throws ModelUnavailableException {
    Names names = new Names(scope.names());
    if (!names.has(PATCHES) || !names.has(PROJECTOR)) {
      return Optional.empty();
    }
    int heads = config.path("vision_config").path("num_heads").asInt(DEFAULT_HEADS);
    return Optional.of(new VisionTower(scope, ops, names, heads, hiddenSize, precision));
  }

  /**
   * Encodes one image. A lease is taken for each block: large images take minutes.
   *
   * @param cancelled asked before each block
   * @return {@code (N / 4, H)}; empty if it was cancelled
   * @throws SpeechException if the network is closed or fails
   */
  Optional<float[]> encode(ImagePatches image, BooleanSupplier cancelled) throws SpeechException {
    try (NetworkState state = scope.openState()) {
      VisionState current = scope.call(manager -> embed(image, state));
      for (VisionBlock block : blocks) {
        if (cancelled.getAsBoolean()) {
          return Optional.empty();
        }
        VisionState before = current;
        current =
            scope.call(
                manager -> {
                  NDArray x = block.apply(before.x(), before.cos(), before.sin());
                  before.x().close();
                  return new VisionState(x, before.cos(), before.sin());
                });
      }
      NDArray last = current.x();
      return Optional.of(scope.call(manager -> finish(last).toFloatArray()));
    }
  }

  /**
   * @param x {@code (N, E)}
   * @param cos of the rotary positions, {@code (N, E / heads)}
   * @param sin likewise
   */
  private record VisionState(NDArray x, NDArray cos, NDArray sin) {}

  private VisionState embed(ImagePatches image, NetworkState state) {
    float[] values = new float[image.count() * ImagePatches.PATCH_LENGTH];
    image.buffer().get(values);
    NDArray patches =
        state.manager().create(values, new Shape(image.count(), ImagePatches.PATCH_LENGTH));
    NDArray x = ops.linear(patches, patchEmbedding);
    patches.close();
    int size = width / heads;
    float[] angles = angles(image, size);
    float[] cos = new float[angles.length];
    float[] sin = new float[angles.length];
    for (int i = 0; i < angles.length; i++) {
      cos[i] = (float) Math.cos(angles[i]);
      sin[i] = (float) Math.sin(angles[i]);
    }
    Shape shape = new Shape(image.count(), size);
    return new VisionState(
        x, state.manager().create(cos, shape), state.manager().create(sin, shape));
  }

  /** Row and column of a patch turn a quarter of the values each; the second half is the first. */
  private static float[] angles(ImagePatches image, int size) {
    int quarter = size / 4;
    float[] angles = new float[image.count() * size];
    int patch = 0;
    for (int row = 0; row < image.rows(); row += 2) {
      for (int column = 0; column < image.columns(); column += 2) {
        for (int part = 0; part < MERGED; part++, patch++) {
          int y = row + part / 2;
          int x = column + part % 2;
          for (int k = 0; k < quarter; k++) {
            float frequency = 1f / (float) Math.pow(THETA, 2 * k / (float) (2 * quarter));
            for (int half = 0; half < size; half += size / 2) {
              angles[patch * size + half + k] = y * frequency;
              angles[patch * size + half + quarter + k] = x * frequency;
            }
          }
        }
      }
    }
    return angles;
  }

  private NDArray finish(NDArray x) {
    NDArray h = mergerNorm.apply(x).reshape(x.getShape().get(0) / MERGED, MERGED * (long) width);
    h = merged.apply(ops.gelu(merge.apply(h)));
    return projected.apply(ops.gelu(project.apply(h)));
  }

  int hiddenSize() {
    return hiddenSize;
  }
}
