package org.emova4j.qwen.internal;

import java.util.List;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.engine.NetworkState;

/**
 * A text in the making: what the decoder has read and written so far. Each {@link #append} is a
 * lease of its own, so that a swap of the model waits for one step and not for an answer. Confined
 * to one thread.
 */
final class Sequence implements AutoCloseable {
  /** Tokens that go through the network at once: more would take more memory and cancel later. */
  static final int MAX_STEP = 256;

  private final Decoder decoder;
  private final NetworkState state;
  private final List<LayerCache> caches;
  private final int capacity;
  private int length;

  Sequence(Decoder decoder, NetworkState state, List<LayerCache> caches, int capacity) {
    this.decoder = decoder;
    this.state = state;
    this.caches = caches;
    this.capacity = capacity;
  }

  /** Tokens so far. */
  int length() {
    return length;
  }

  /**
   * Reads more.
   *
   * @param segment 1 to {@link #MAX_STEP} tokens
   * @param wanted whether the logits are
   * @return logits of what follows, one for each row of the vocabulary; empty if not wanted
   * @throws SpeechException if the model is closed or fails
   */
  float[] append(Segment segment, boolean wanted) throws SpeechException {
    int count = segment.count();
    if (count < 1 || count > Math.min(MAX_STEP, capacity - length)) {
      throw new IllegalArgumentException(
          "%d tokens after %d; at most %d at once and %d in all"
              .formatted(count, length, MAX_STEP, capacity));
    }
    float[] logits = decoder.run(caches, length, segment, wanted);
    length += count;
    return logits;
  }

  @Override
  public void close() {
    state.close();
  }
}
