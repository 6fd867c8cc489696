package org.emova4j.tokenizer.internal.spiral;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.Safetensors;
import org.emova4j.engine.TensorEngine;

/** From a model's files to its tokenizer. */
final class SpiralModel {
  private static final String WINDOW = "encoder.wav2spec.featurizer.window";
  private static final String BANK = "encoder.wav2spec.featurizer.fb";
  private static final String LEVELS = "quantizer._levels_np";

  private SpiralModel() {}

  /**
   * @param config empty for the sizes of the released model
   * @throws ModelUnavailableException names the file, the tensor or field, and what is wrong
   */
  static SpiralTokenizer open(
      TensorEngine engine, Path weights, Optional<Path> config, String codebook)
      throws SpeechException {
    SpiralConfig sizes =
        config.isPresent() ? SpiralConfigReader.read(config.get()) : SpiralConfigReader.official();
    MelFrontEnd frontEnd = frontEnd(weights, sizes);
    SpiralNetwork network = new SpiralNetwork(engine.open(weights), engine.ops(), sizes);
    Optional<PhoneNetwork> phones = Optional.empty();
    boolean complete = false;
    try {
      phones = phones(engine, weights, sizes);
      SpiralTokenizer tokenizer = new SpiralTokenizer(sizes, frontEnd, network, phones, codebook);
      complete = true;
      return tokenizer;
    } finally {
      if (!complete) {
        phones.ifPresent(PhoneNetwork::close);
        network.close();
      }
    }
  }

  /** The phone head, if the weights have one. */
  static Optional<PhoneNetwork> phones(TensorEngine engine, Path weights, SpiralConfig sizes)
      throws ModelUnavailableException {
    if (sizes.phones().isEmpty()) {
      return Optional.empty();
    }
    NetworkScope scope = engine.open(weights);
    if (!PhoneNetwork.isIn(scope)) {
      scope.close();
      return Optional.empty();
    }
    return Optional.of(
        new PhoneNetwork(scope, engine.ops(), sizes.phones().get(), sizes.levels().size()));
  }

  /** The tables that the weights bring, which also tell whether they fit the sizes. */
  static MelFrontEnd frontEnd(Path weights, SpiralConfig sizes) throws ModelUnavailableException {
    SpiralConfig.Mel mel = sizes.mel();
    try (Safetensors file = Safetensors.open(weights)) {
      if (file.names().contains(LEVELS)) {
        float[] levels = table(file, LEVELS, sizes.levels().size());
        for (int d = 0; d < levels.length; d++) {
          if (levels[d] != sizes.levels().get(d)) {
            throw new ModelUnavailableException(
                "%s: %s is %s, the configuration has %s"
                    .formatted(weights, LEVELS, Arrays.toString(levels), sizes.levels()));
          }
        }
      }
      return new MelFrontEnd(
          mel,
          file.names().contains(WINDOW) ? table(file, WINDOW, mel.window()) : MelTables.window(mel),
          file.names().contains(BANK)
              ? table(file, BANK, 1, mel.bands(), mel.fftSize() / 2 + 1)
              : MelTables.bank(mel));
    }
  }

  private static float[] table(Safetensors file, String tensor, long... shape)
      throws ModelUnavailableException {
    if (!Arrays.equals(file.shape(tensor), shape)) {
      throw new ModelUnavailableException(
          "%s: tensor %s has shape %s, expected %s"
              .formatted(
                  file.file(),
                  tensor,
                  Arrays.toString(file.shape(tensor)),
                  Arrays.toString(shape)));
    }
    float[] values = file.read(tensor);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new ModelUnavailableException(
            "%s: tensor %s holds %s".formatted(file.file(), tensor, value));
      }
    }
    return values;
  }
}
