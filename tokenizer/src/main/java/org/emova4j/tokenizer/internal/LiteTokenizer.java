package org.emova4j.tokenizer.internal;

import java.util.Arrays;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.dsp.LogMel;

/**
 * The {@code lite} tokenizer: log-mel, normalised over the whole recording, then the network in
 * pieces, each with as much context on both sides as an output depends on.
 */
final class LiteTokenizer implements SpeechTokenizer, AutoCloseable {
  private final TokenizerNetwork network;
  private final Codebook codebook;
  private volatile int pieceUnits;

  /**
   * @param network is closed with this
   * @param pieceSeconds how much goes through the network at once, without context
   */
  LiteTokenizer(TokenizerNetwork network, Codebook codebook, int pieceSeconds) {
    this.network = network;
    this.codebook = codebook;
    limit(pieceSeconds);
  }

  /** From the next call on. */
  void limit(int pieceSeconds) {
    pieceUnits = pieceSeconds * LogMel.SAMPLE_RATE / LogMel.SAMPLES_PER_UNIT;
  }

  @Override
  public Codebook codebook() {
    return codebook;
  }

  @Override
  public int sampleRate() {
    return LogMel.SAMPLE_RATE;
  }

  @Override
  public UnitSequence tokenize(Audio speech) throws SpeechException {
    if (speech.sampleRate() != LogMel.SAMPLE_RATE) {
      throw new IllegalArgumentException(
          "speech is at %d Hz, %d Hz is needed".formatted(speech.sampleRate(), LogMel.SAMPLE_RATE));
    }
    LogMel mel = LogMel.of(speech.buffer());
    int units = mel.frames() / LogMel.FRAMES_PER_UNIT;
    int[] ids = new int[units];
    if (units > 0) {
      Normalisation normalisation = new Normalisation(mel);
      int step = pieceUnits;
      for (int from = 0; from < units; from += step) {
        int to = Math.min(from + step, units);
        int first = Math.max(0, from - TokenizerNetwork.CONTEXT);
        int last = Math.min(units, to + TokenizerNetwork.CONTEXT);
        float[] rows = mel.scaled(first * LogMel.FRAMES_PER_UNIT, last * LogMel.FRAMES_PER_UNIT);
        float[] z = network.run(normalisation.apply(rows));
        int[] piece =
            Fsq.quantise(
                Arrays.copyOfRange(
                    z, (from - first) * Fsq.DIMENSIONS, (to - first) * Fsq.DIMENSIONS));
        System.arraycopy(piece, 0, ids, from, piece.length);
      }
    }
    return UnitSequence.ofFrames(codebook, ids);
  }

  @Override
  public void close() {
    network.close();
  }
}
