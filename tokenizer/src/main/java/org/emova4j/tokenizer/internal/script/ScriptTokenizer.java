package org.emova4j.tokenizer.internal.script;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.InferenceFailedException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.engine.ScriptNetwork;

/**
 * A tokenizer that somebody wrote in PyTorch. Speech up to the settings' {@code pieceSeconds} goes
 * through the script at once; what is longer in pieces, each with context on both sides.
 */
final class ScriptTokenizer implements SpeechTokenizer, AutoCloseable {
  private static final int SLACK_UNITS = 2; // that convolutions lose or add at the ends

  private final ScriptNetwork network;
  private final ScriptConfig config;
  private final UnitDecoder decoder;
  private final Optional<LogMelInput> mel;
  private final Codebook codebook;
  private final int sampleRate;

  /**
   * @param network is closed with this
   */
  ScriptTokenizer(
      ScriptNetwork network,
      ScriptConfig config,
      UnitDecoder decoder,
      String codebookId,
      int sampleRate) {
    this.network = network;
    this.config = config;
    this.decoder = decoder;
    this.sampleRate = sampleRate;
    mel = config.mel().map(m -> new LogMelInput(m, sampleRate));
    Duration unit = Duration.ofNanos(config.samplesPerUnit() * 1_000_000_000L / sampleRate);
    codebook = new Codebook(codebookId, decoder.size(), unit);
  }

  @Override
  public Codebook codebook() {
    return codebook;
  }

  @Override
  public int sampleRate() {
    return sampleRate;
  }

  @Override
  public UnitSequence tokenize(Audio speech) throws SpeechException {
    if (speech.sampleRate() != sampleRate) {
      throw new IllegalArgumentException(
          "speech is at %d Hz, %d Hz is needed".formatted(speech.sampleRate(), sampleRate));
    }
    float[] wave = new float[speech.length()];
    speech.buffer().get(wave);
    int step = config.pieceUnits();
    int all = unitsOf(wave.length);
    IntStream.Builder units = IntStream.builder();
    for (int from = 0; from < all; from += step) {
      boolean last = from + step >= all;
      int first = Math.max(0, from - config.contextUnits());
      int end = last ? all : Math.min(all, from + step + config.contextUnits());
      int[] piece =
          units(
              Arrays.copyOfRange(
                  wave,
                  first * config.samplesPerUnit(),
                  (int) Math.min(wave.length, (long) end * config.samplesPerUnit())));
      int to = last ? piece.length : from - first + step;
      if (piece.length < to) {
        throw new InferenceFailedException(
            "the script loses units at the ends: contextSeconds must be more than 0");
      }
      for (int i = from - first; i < to; i++) {
        units.add(piece[i]);
      }
    }
    return UnitSequence.ofFrames(codebook, units.build().toArray());
  }

  private int unitsOf(int samples) {
    return (int) (((long) samples + config.samplesPerUnit() - 1) / config.samplesPerUnit());
  }

  private int[] units(float[] wave) throws SpeechException {
    int least = Math.max(config.leastSamples(), mel.map(LogMelInput::leastSamples).orElse(1));
    float[] heard = wave.length < least ? Arrays.copyOf(wave, least) : wave;
    int[] units =
        decoder.units(
            mel.isPresent()
                ? network.call(mel.get().apply(heard), mel.get().shape(heard.length))
                : network.call(heard, 1, heard.length));
    double expected = (double) heard.length / config.samplesPerUnit();
    if (Math.abs(units.length - expected) > SLACK_UNITS) {
      throw new InferenceFailedException(
          "the script returned %d units for %d samples, by unitsPerSecond there are %.1f"
              .formatted(units.length, heard.length, expected));
    }
    return heard == wave
        ? units
        : Arrays.copyOf(units, Math.min(units.length, unitsOf(wave.length)));
  }

  @Override
  public void close() {
    network.close();
  }
}
