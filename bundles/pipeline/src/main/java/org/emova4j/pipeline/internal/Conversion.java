package org.emova4j.pipeline.internal;

import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.UnitSequence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One conversion, which keeps what is done when it has to go on with other parts. Confined to one
 * thread.
 */
final class Conversion {
  private static final Logger LOG = LoggerFactory.getLogger(Conversion.class);

  private final SpeechParts parts;
  private final Audio speech;
  private final ConversionRequest request;
  private Optional<UnitSequence> units = Optional.empty();
  private Optional<Prosody> prosody = Optional.empty();
  private Optional<StyleVector> style = Optional.empty();

  Conversion(SpeechParts parts, Audio speech, ConversionRequest request) {
    this.parts = parts;
    this.speech = speech;
    this.request = request;
  }

  /**
   * @throws PartGoneException if one of the parts went away: call again, with others
   */
  Audio with(Assembly assembly) throws SpeechException, PartGoneException {
    boolean readsProsody = parts.vocoders().call(assembly.vocoder(), Vocoder::readsProsody);
    boolean keepsTiming =
        request.keepProsody() && (readsProsody || request.style().speed().isEmpty());

    long start = System.nanoTime();
    tokenize(assembly);
    UnitSequence spoken = units.orElseThrow();
    if (spoken.length() == 0) { // a recording without a sample
      return Audio.of(new float[0], parts.vocoders().call(assembly.vocoder(), Vocoder::sampleRate));
    }
    long tokenized = System.nanoTime();
    if (keepsTiming && readsProsody && prosody.isEmpty()) {
      prosody = Optional.of(parts.analyzers().call(Optional.empty(), a -> a.analyze(speech)));
    }
    long analyzed = System.nanoTime();
    encode(assembly);
    UnitSequence content = keepsTiming ? spoken : spoken.reduced().untimed();
    Optional<Prosody> melody = keepsTiming && readsProsody ? prosody : Optional.empty();
    Audio result =
        parts
            .vocoders()
            .call(assembly.vocoder(), v -> v.vocode(content, style.orElseThrow(), melody));
    LOG.debug(
        "converted {} s: tokenizer {} ms, prosody {} ms, vocoder {} ms",
        speech.duration().toMillis() / 1e3,
        (tokenized - start) / 1_000_000,
        (analyzed - tokenized) / 1_000_000,
        (System.nanoTime() - analyzed) / 1_000_000);
    return keepsTiming ? trimmed(result, spoken) : result;
  }

  private void tokenize(Assembly assembly) throws SpeechException, PartGoneException {
    String codebook = assembly.tokenizer().codebook();
    if (units.filter(u -> u.codebook().id().equals(codebook)).isEmpty()) {
      units = Optional.of(parts.tokenizers().call(assembly.tokenizer(), t -> t.tokenize(speech)));
    }
  }

  private void encode(Assembly assembly) throws SpeechException, PartGoneException {
    String space = assembly.style().styleSpace();
    if (style.filter(s -> s.spaceId().equals(space)).isEmpty()) {
      style =
          Optional.of(
              parts
                  .styles()
                  .call(
                      assembly.style(),
                      s ->
                          request.reference().isPresent()
                              ? s.encode(request.reference().get(), request.style())
                              : s.encode(request.style())));
    }
  }

  /**
   * Without what the last unit covers beyond the end of the source: picture and sound stay
   * together.
   */
  private Audio trimmed(Audio result, UnitSequence spoken) {
    double covered = spoken.duration().orElseThrow().toNanos() / 1e9 * speech.sampleRate();
    double share = Math.min(1, speech.length() / covered);
    return result.slice(0, (int) Math.round(result.length() * share));
  }
}
