package org.emova4j.tokenizer.internal.spiral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkParts;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.nn.Linear;

/**
 * The encoder of SPIRAL (arXiv 2201.10207) up to the quantiser, as the speech tokenizer of EMOVA
 * (arXiv 2409.18042) has it. Reference: {@code speech_tokenization/SPIRAL_L2_BN_FSQ_CTC} of
 * emova-ollm/EMOVA_speech_tokenizer. Safe for concurrent use.
 */
final class SpiralNetwork implements AutoCloseable {
  /** Sees what each block puts out. */
  @FunctionalInterface
  interface Observer {
    Observer NONE = (index, output) -> {};

    /**
     * @param output {@code (1, time, width)}, of the running call
     */
    void block(int index, NDArray output);
  }

  private record Parts(List<EncoderBlock> blocks, Linear toCode) {
    static Parts read(NetworkScope scope, Ops ops, SpiralConfig config) throws SpeechException {
      List<EncoderBlock> blocks = new ArrayList<>();
      for (int i = 0; i < config.blocks().size(); i++) {
        String name = "encoder.feature_encoder.block_modules." + i;
        SpiralConfig.Block block = config.blocks().get(i);
        blocks.add(
            block instanceof SpiralConfig.Conv conv
                ? new ConvBlock(scope, ops, name, conv)
                : new TransformerBlock(scope, ops, name, (SpiralConfig.Transformer) block));
      }
      return new Parts(
          blocks, Linear.read(scope, "pre_quant", config.width(), config.levels().size()));
    }
  }

  private final NetworkScope scope;
  private final int bands;
  private final NetworkParts<Parts> parts;

  /**
   * Reads and checks all weights, as {@link NetworkScope#parts} does.
   *
   * @param scope is closed with this, or as soon as a weight is missing or of the wrong shape
   */
  SpiralNetwork(NetworkScope scope, Ops ops, SpiralConfig config) throws SpeechException {
    this.scope = scope;
    bands = config.mel().bands();
    parts = scope.parts(() -> Parts.read(scope, ops, config));
  }

  /**
   * @return what is to be quantised, of shape [frames / frames per unit, dimensions], with that of
   *     padding frames
   */
  float[] run(LogMelFrames mel) throws SpeechException {
    return run(mel, Observer.NONE);
  }

  float[] run(LogMelFrames mel, Observer observer) throws SpeechException {
    Parts p = parts.get();
    return scope.call(
        manager -> {
          NDArray x = manager.create(mel.rows(), new Shape(1, mel.frames(), bands));
          int valid = Math.min(mel.valid(), mel.frames());
          for (int i = 0; i < p.blocks().size(); i++) {
            x = p.blocks().get(i).apply(x, valid);
            valid = p.blocks().get(i).valid(valid);
            observer.block(i, x);
          }
          return p.toCode().apply(x).toFloatArray();
        });
  }

  /** How many arrays live as long as this: weights, and nothing else. */
  int heldArrays() {
    return scope.manager().getManagedArrays().size();
  }

  @Override
  public void close() {
    scope.close();
  }
}
