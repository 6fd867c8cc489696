package org.emova4j.tokenizer.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkParts;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.dsp.LogMel;
import org.emova4j.engine.nn.Conv1d;
import org.emova4j.engine.nn.ConvNextBlock;
import org.emova4j.engine.nn.LayerNorm;
import org.emova4j.engine.nn.Linear;

/**
 * The {@code lite} tokenizer up to the quantiser: two strided convolutions, from 100 to 25 Hz, and
 * eight ConvNeXt blocks. Reference: {@code Tokenizer} in {@code training/lite/networks.py}.
 * Letters: T frames, U units, D = 256. Safe for concurrent use.
 */
final class TokenizerNetwork implements AutoCloseable {
  /** Units on either side that an output depends on. */
  static final int CONTEXT = 8 * 4 + 2;

  private static final int WIDTH = 256;
  private static final int BLOCKS = 8;

  private record Parts(
      Conv1d conv1,
      LayerNorm norm1,
      Conv1d conv2,
      List<ConvNextBlock> blocks,
      LayerNorm norm,
      Linear toCode) {
    static Parts read(NetworkScope scope, Ops ops) throws ModelUnavailableException {
      return new Parts(
          Conv1d.read(scope, ops, "conv1", LogMel.BANDS, WIDTH, 5, 2),
          LayerNorm.read(scope, ops, "norm1", WIDTH),
          Conv1d.read(scope, ops, "conv2", WIDTH, WIDTH, 5, 2),
          blocks(scope, ops),
          LayerNorm.read(scope, ops, "norm", WIDTH),
          Linear.read(scope, "to_code", WIDTH, Fsq.DIMENSIONS));
    }

    private static List<ConvNextBlock> blocks(NetworkScope scope, Ops ops)
        throws ModelUnavailableException {
      List<ConvNextBlock> blocks = new ArrayList<>();
      for (int i = 0; i < BLOCKS; i++) {
        blocks.add(ConvNextBlock.read(scope, ops, "blocks." + i, WIDTH, 9, 3, 0));
      }
      return blocks;
    }
  }

  private final NetworkScope scope;
  private final Ops ops;
  private final NetworkParts<Parts> parts;

  /**
   * Reads and checks all weights, as {@link NetworkScope#parts} does.
   *
   * @param scope is closed with this, or as soon as a weight is missing or of the wrong shape
   */
  TokenizerNetwork(NetworkScope scope, Ops ops) throws SpeechException {
    this.scope = scope;
    this.ops = ops;
    parts = scope.parts(() -> Parts.read(scope, ops));
  }

  /**
   * @param mel normalised log-mel of shape [T, 80], T a multiple of 4
   * @return what is to be quantised, of shape [T / 4, 4]
   */
  float[] run(float[] mel) throws SpeechException {
    Parts p = parts.get();
    return scope.call(
        manager -> {
          NDArray x = manager.create(mel, new Shape(1, mel.length / LogMel.BANDS, LogMel.BANDS));
          x = p.conv1().apply(x.transpose(0, 2, 1)).transpose(0, 2, 1); // (1, T / 2, D)
          x = ops.gelu(p.norm1().apply(x)).transpose(0, 2, 1);
          x = ops.gelu(p.conv2().apply(x)).transpose(0, 2, 1); // (1, U, D)
          for (ConvNextBlock block : p.blocks()) {
            x = block.apply(x);
          }
          return p.toCode().apply(p.norm().apply(x)).toFloatArray();
        });
  }

  @Override
  public void close() {
    scope.close();
  }
}
