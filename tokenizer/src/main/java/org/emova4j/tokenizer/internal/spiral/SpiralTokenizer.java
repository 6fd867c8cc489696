package org.emova4j.tokenizer.internal.spiral;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.PhoneRecognizer;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.TokenizeOptions;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;

/**
 * The official speech tokenizer of EMOVA. A recording of up to 60 seconds goes through the network
 * in one piece, as in the reference; a longer one in windows of that length, see {@link Piece}.
 */
final class SpiralTokenizer implements SpeechTokenizer, AutoCloseable {
  private final SpiralConfig config;
  private final MelFrontEnd frontEnd;
  private final SpiralNetwork network;
  private final Optional<PhoneNetwork> phoneNetwork;
  private final Quantiser quantiser;
  private final Codebook codebook;
  private final Optional<PhoneRecognizer> phones;

  /**
   * @param network is closed with this
   * @param phoneNetwork is closed with this
   * @param codebookId e.g. {@code emova-40ms-4096}
   */
  SpiralTokenizer(
      SpiralConfig config,
      MelFrontEnd frontEnd,
      SpiralNetwork network,
      Optional<PhoneNetwork> phoneNetwork,
      String codebookId) {
    this.config = config;
    this.frontEnd = frontEnd;
    this.network = network;
    this.phoneNetwork = phoneNetwork;
    quantiser = new Quantiser(config.levels());
    codebook = new Codebook(codebookId, quantiser.size(), config.unitDuration());
    phones =
        phoneNetwork.map(
            n -> new GreedyPhones(n, quantiser, codebook, config.phones().orElseThrow().labels()));
  }

  @Override
  public Codebook codebook() {
    return codebook;
  }

  @Override
  public int sampleRate() {
    return config.mel().sampleRate();
  }

  @Override
  public Optional<PhoneRecognizer> phones() {
    return phones;
  }

  @Override
  public UnitSequence tokenize(Audio speech) throws SpeechException {
    return tokenize(speech, TokenizeOptions.DEFAULT);
  }

  @Override
  public UnitSequence tokenize(Audio speech, TokenizeOptions options) throws SpeechException {
    if (speech.sampleRate() != sampleRate()) {
      throw new IllegalArgumentException(
          "speech is at %d Hz, %d Hz is needed".formatted(speech.sampleRate(), sampleRate()));
    }
    int samplesPerUnit = config.samplesPerUnit();
    List<Piece> pieces =
        switch (options.rules()) {
          case OWN -> Piece.windows(speech.length(), sampleRate(), samplesPerUnit);
          case REFERENCE ->
              Piece.reference(
                  speech.length(), sampleRate(), samplesPerUnit, frontEnd.leastSamples());
        };
    IntStream.Builder units = IntStream.builder();
    for (Piece piece : pieces) {
      for (int unit : units(speech.buffer(), piece)) {
        units.add(unit);
      }
    }
    return UnitSequence.ofFrames(codebook, units.build().toArray());
  }

  private int[] units(FloatBuffer samples, Piece piece) throws SpeechException {
    FloatBuffer wave = samples.slice(piece.from(), piece.to() - piece.from());
    if (wave.remaining() < frontEnd.leastSamples()) {
      float[] longer = new float[frontEnd.leastSamples()];
      wave.get(longer, 0, wave.remaining());
      wave = FloatBuffer.wrap(longer);
    }
    int valid = frontEnd.validFrames(Math.max(piece.heard(), wave.remaining()));
    int[] units = quantiser.units(network.run(frontEnd.apply(wave, valid)));
    return piece.count() == Piece.ALL
        ? units
        : Arrays.copyOfRange(units, piece.first(), piece.first() + piece.count());
  }

  @Override
  public void close() {
    phoneNetwork.ifPresent(PhoneNetwork::close);
    network.close();
  }
}
