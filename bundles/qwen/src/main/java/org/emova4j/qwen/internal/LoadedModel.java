package org.emova4j.qwen.internal;

import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.NetworkScope;
import org.emova4j.engine.TensorEngine;
import org.emova4j.engine.TextTokenizer;

/** All of a model that is in memory. Safe for concurrent use. */
final class LoadedModel implements AutoCloseable {
  private final NetworkScope scope;
  private final Decoder decoder;
  private final TextTokenizer tokenizer;

  private LoadedModel(NetworkScope scope, Decoder decoder, TextTokenizer tokenizer) {
    this.scope = scope;
    this.decoder = decoder;
    this.tokenizer = tokenizer;
  }

  /**
   * @throws ModelUnavailableException if anything about the checkpoint is wrong; names it
   */
  static LoadedModel open(TensorEngine engine, Checkpoint checkpoint, Precision precision)
      throws ModelUnavailableException {
    QwenConfig config = QwenConfig.of(checkpoint.config());
    TextTokenizer tokenizer = engine.openTokenizer(checkpoint.tokenizer());
    NetworkScope scope = null;
    LoadedModel loaded = null;
    try {
      scope = engine.open(checkpoint.weights());
      Decoder decoder = new Decoder(scope, engine.ops(), config, precision);
      scope.freeze();
      loaded = new LoadedModel(scope, decoder, tokenizer);
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
