package org.emova4j.tokenizer.internal.spiral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Ops;
import org.emova4j.engine.nn.Linear;

/**
 * The encoder of SPIRAL (arXiv 2201.10207) up to the quantiser, as the speech tokenizer of EMOVA
 * (arXiv 2409.18042) has it, and its phone head if the weights have one. Reference: {@code
 * speech_tokenization/SPIRAL_L2_BN_FSQ_CTC} of emova-ollm/EMOVA_speech_tokenizer. Safe for
 * concurrent use.
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

  private final NetworkScope scope;
  private final int bands;
  private final List<EncoderBlock> blocks = new ArrayList<>();
  private final Linear toCode;
  private final Optional<PhoneNetwork> phones;

  /**
   * Reads and checks all weights.
   *
   * @param scope is closed with this, or right here if a weight is missing or of the wrong shape
   */
  SpiralNetwork(NetworkScope scope, Ops ops, SpiralConfig config) throws SpeechException {
    this.scope = scope;
    bands = config.mel().bands();
    boolean complete = false;
    try {
      for (int i = 0; i < config.blocks().size(); i++) {
        String name = "encoder.feature_encoder.block_modules." + i;
        SpiralConfig.Block block = config.blocks().get(i);
        blocks.add(
            block instanceof SpiralConfig.Conv conv
                ? new ConvBlock(scope, ops, name, conv)
                : new TransformerBlock(scope, ops, name, (SpiralConfig.Transformer) block));
      }
      toCode = Linear.read(scope, "pre_quant", config.width(), config.levels().size());
      phones =
          PhoneNetwork.isIn(scope) && config.phones().isPresent()
              ? Optional.of(
                  new PhoneNetwork(scope, ops, config.phones().get(), config.levels().size()))
              : Optional.empty();
      scope.freeze();
      complete = true;
    } finally {
      if (!complete) {
        scope.close();
      }
    }
  }

  /**
   * @return what is to be quantised, of shape [frames / frames per unit, dimensions], with that of
   *     padding frames
   */
  float[] run(LogMelFrames mel) throws SpeechException {
    return run(mel, Observer.NONE);
  }

  float[] run(LogMelFrames mel, Observer observer) throws SpeechException {
    return scope.call(
        manager -> {
          NDArray x = manager.create(mel.rows(), new Shape(1, mel.frames(), bands));
          int valid = Math.min(mel.valid(), mel.frames());
          for (int i = 0; i < blocks.size(); i++) {
            x = blocks.get(i).apply(x, valid);
            valid = blocks.get(i).valid(valid);
            observer.block(i, x);
          }
          return toCode.apply(x).toFloatArray();
        });
  }

  /** The phone head, if there is one. */
  Optional<PhoneNetwork> phones() {
    return phones;
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
