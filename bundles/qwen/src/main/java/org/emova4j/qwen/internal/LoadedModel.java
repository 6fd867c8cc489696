package org.emova4j.qwen.internal;

import java.util.Optional;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.TextTokenizer;

/** All of a model that is in memory. Safe for concurrent use. */
final class LoadedModel implements AutoCloseable {
  private final NetworkScope scope;
  private final Decoder decoder;
  private final Optional<VisionTower> vision;
  private final TextTokenizer tokenizer;
  private final TokenTable tokens;

  private LoadedModel(
      NetworkScope scope,
      Decoder decoder,
      Optional<VisionTower> vision,
      TextTokenizer tokenizer,
      TokenTable tokens) {
    this.scope = scope;
    this.decoder = decoder;
    this.vision = vision;
    this.tokenizer = tokenizer;
    this.tokens = tokens;
  }

  /**
   * @throws ModelUnavailableException if anything about the checkpoint is wrong; names it
   * @throws SpeechException if the network can't run
   */
  static LoadedModel open(TensorEngine engine, Checkpoint checkpoint, Precision precision)
      throws SpeechException {
    QwenConfig config = QwenConfig.of(checkpoint.config());
    TokenTable tokens = TokenTable.read(checkpoint.tokenizer());
    if (tokens.size() > config.rows()) {
      throw new ModelUnavailableException(
          "%s: the tokenizer has ids up to %d, the network has only %d rows"
              .formatted(checkpoint.name(), tokens.size() - 1, config.rows()));
    }
    TextTokenizer tokenizer = engine.openTokenizer(checkpoint.tokenizer());
    NetworkScope scope = null;
    LoadedModel loaded = null;
    try {
      scope = engine.open(checkpoint.weights());
      Decoder decoder = new Decoder(scope, engine.ops(), config, precision);
      Optional<VisionTower> vision =
          VisionTower.read(
              scope, engine.ops(), checkpoint.config(), config.hiddenSize(), precision);
      scope.freeze();
      warmUp(decoder);
      loaded = new LoadedModel(scope, decoder, vision, tokenizer, tokens);
      return loaded;
    } finally {
      if (loaded == null) {
        tokenizer.close();
        if (scope != null) {
          scope.close();
        }
      }
    }
  }

  /** A network that can't run gives no model, and the first answer finds everything loaded. */
  private static void warmUp(Decoder decoder) throws SpeechException {
    try (Sequence sequence = decoder.open(1)) {
      sequence.append(new Segment.Ids(new int[1]), true);
    }
  }

  /** Empty for a checkpoint of the language model alone. */
  Optional<VisionTower> vision() {
    return vision;
  }

  TokenTable tokens() {
    return tokens;
  }

  Decoder decoder() {
    return decoder;
  }

  TextTokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public void close() {
    scope.close();
    tokenizer.close();
  }
}
