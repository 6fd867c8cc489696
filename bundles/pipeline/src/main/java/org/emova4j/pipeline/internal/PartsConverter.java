package org.emova4j.pipeline.internal;

import java.time.Duration;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechModifier;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Prosody;
import org.emova4j.api.style.ProsodyAnalyzer;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.UnitSequence;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts with whatever parts are there. It outlives them all: its references are dynamic, and
 * each step looks its part up anew.
 */
@Component(configurationPid = PartsConverter.PID, immediate = true)
@Designate(ocd = PartsConverter.Config.class)
public final class PartsConverter implements SpeechConverter {
  static final String PID = "org.emova4j.pipeline";

  private static final Logger log = LoggerFactory.getLogger(PartsConverter.class);

  @ObjectClassDefinition(name = "emova4j conversion")
  @interface Config {
    @AttributeDefinition(
        name = "Swap patience",
        description =
            "How long a running conversion waits for the successor of a part that went away, in seconds",
        min = "0",
        max = "3600")
    int swap_patience_seconds() default 30;
  }

  private final PartRegistry<SpeechTokenizer> tokenizers;
  private final PartRegistry<ProsodyAnalyzer> analyzers;
  private final PartRegistry<StyleModule> styles;
  private final PartRegistry<Vocoder> vocoders;
  private final PartRegistry<SpeechModifier> modifiers;

  @Activate
  public PartsConverter(Config config) {
    this(Duration.ofSeconds(config.swap_patience_seconds()));
  }

  PartsConverter(Duration patience) {
    if (patience.isNegative() || patience.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(
          "swap.patience.seconds %d is outside 0..3600".formatted(patience.toSeconds()));
    }
    tokenizers = new PartRegistry<>("tokenizer", patience);
    analyzers = new PartRegistry<>("prosody analyzer", patience);
    styles = new PartRegistry<>("style module", patience);
    vocoders = new PartRegistry<>("vocoder", patience);
    modifiers = new PartRegistry<>("speech modifier", patience);
  }

  @Override
  public int sampleRate(ConversionRequest request) throws SpeechException {
    if (request.style().keepsSpeaker()) {
      return sampleRate(request, Audio.MAX_SAMPLE_RATE);
    }
    ConversionRequest.Parts parts = fitting(request.parts());
    int rate = tokenizers.call(parts.tokenizer(), SpeechTokenizer::sampleRate);
    if (request.keepProsody() && vocoders.call(parts.vocoder(), Vocoder::readsProsody)) {
      requireSame(
          "the tokenizer reads %s Hz but the prosody analyzer reads %s Hz",
          rate, analyzers.call(Optional.empty(), ProsodyAnalyzer::sampleRate));
    }
    return rate;
  }

  @Override
  public int sampleRate(ConversionRequest request, int recordingRate) throws SpeechException {
    return request.style().keepsSpeaker()
        ? modifiers.call(Optional.empty(), m -> m.sampleRate(recordingRate))
        : sampleRate(request);
  }

  @Override
  public int referenceSampleRate(ConversionRequest request) throws SpeechException {
    return styles.call(fitting(request.parts()).style(), StyleModule::referenceSampleRate);
  }

  @Override
  public StyleCatalogue catalogue(ConversionRequest request) throws SpeechException {
    Optional<String> style =
        request.style().keepsSpeaker()
            ? fittingModifier(request.parts())
            : fitting(request.parts()).style();
    return styles.call(style, StyleModule::catalogue);
  }

  private static <V> void requireSame(String message, V one, V other)
      throws ModelUnavailableException {
    if (!one.equals(other)) {
      throw new ModelUnavailableException(message.formatted(one, other));
    }
  }

  /**
   * Parts that fit together, so that a misfit is found before the work and not after it. What isn't
   * named stays open where the best fits anyway; else it becomes the best that does.
   */
  private ConversionRequest.Parts fitting(ConversionRequest.Parts parts) throws SpeechException {
    String written = tokenizers.call(parts.tokenizer(), t -> t.codebook().id());
    String read = vocoders.call(parts.vocoder(), v -> v.codebook().id());
    String made = styles.call(parts.style(), StyleModule::styleSpace);
    String wanted = vocoders.call(parts.vocoder(), Vocoder::styleSpace);
    if (written.equals(read) && made.equals(wanted)) {
      return parts;
    }
    for (PartRegistry.Named<Vocoder> vocoder : vocoders.all(parts.vocoder())) {
      String codebook = vocoder.part().codebook().id();
      Optional<String> tokenizer =
          tokenizers.all(parts.tokenizer()).stream()
              .filter(t -> t.part().codebook().id().equals(codebook))
              .map(PartRegistry.Named::id)
              .findFirst();
      Optional<String> style =
          styles.all(parts.style()).stream()
              .filter(s -> s.part().styleSpace().equals(vocoder.part().styleSpace()))
              .map(PartRegistry.Named::id)
              .findFirst();
      if (tokenizer.isPresent() && style.isPresent()) {
        return new ConversionRequest.Parts(tokenizer, style, Optional.of(vocoder.id()));
      }
    }
    requireSame("the tokenizer writes codebook %s but the vocoder reads %s", written, read);
    requireSame("the style module writes style space %s but the vocoder reads %s", made, wanted);
    return parts;
  }

  /** The style module that writes what the speech modifier reads. */
  private Optional<String> fittingModifier(ConversionRequest.Parts parts) throws SpeechException {
    String wanted = modifiers.call(Optional.empty(), SpeechModifier::styleSpace);
    String made = styles.call(parts.style(), StyleModule::styleSpace);
    if (made.equals(wanted)) {
      return parts.style();
    }
    for (PartRegistry.Named<StyleModule> style : styles.all(parts.style())) {
      if (style.part().styleSpace().equals(wanted)) {
        return Optional.of(style.id());
      }
    }
    throw new ModelUnavailableException(
        "the style module writes style space %s but the speech modifier reads %s"
            .formatted(made, wanted));
  }

  @Override
  public Audio convert(Audio speech, ConversionRequest request) throws SpeechException {
    if (request.style().keepsSpeaker()) {
      return modify(speech, request);
    }
    ConversionRequest.Parts parts = fitting(request.parts());
    boolean readsProsody = vocoders.call(parts.vocoder(), Vocoder::readsProsody);
    boolean keepsTiming =
        request.keepProsody() && (readsProsody || request.style().speed().isEmpty());
    boolean keepsProsody = keepsTiming && readsProsody;

    long start = System.nanoTime();
    UnitSequence units = tokenizers.call(parts.tokenizer(), t -> t.tokenize(speech));
    if (units.length() == 0) { // a recording without a sample
      return Audio.of(new float[0], vocoders.call(parts.vocoder(), Vocoder::sampleRate));
    }
    long tokenized = System.nanoTime();
    Optional<Prosody> prosody =
        keepsProsody
            ? Optional.of(analyzers.call(Optional.empty(), a -> a.analyze(speech)))
            : Optional.empty();
    long analyzed = System.nanoTime();
    UnitSequence content = keepsTiming ? units : units.reduced().untimed();
    StyleVector style =
        styles.call(
            parts.style(),
            s ->
                request.reference().isPresent()
                    ? s.encode(request.reference().get(), request.style())
                    : s.encode(request.style()));
    Audio result = vocoders.call(parts.vocoder(), v -> v.vocode(content, style, prosody));
    log.debug(
        "converted {} s: tokenizer {} ms, prosody {} ms, vocoder {} ms",
        speech.duration().toMillis() / 1e3,
        (tokenized - start) / 1_000_000,
        (analyzed - tokenized) / 1_000_000,
        (System.nanoTime() - analyzed) / 1_000_000);
    return keepsTiming ? trimmed(result, speech, units) : result;
  }

  /** The recording itself is changed: there are no units, and neither tokenizer nor vocoder. */
  private Audio modify(Audio speech, ConversionRequest request) throws SpeechException {
    if (request.reference().isPresent() || !request.keepProsody()) {
      throw new IllegalArgumentException(
          "speaker \"same\" keeps the recording's own voice and melody, so that %s"
              .formatted(
                  request.reference().isPresent()
                      ? "none can be taken from a reference"
                      : "none can be predicted"));
    }
    Optional<String> id = fittingModifier(request.parts());
    long start = System.nanoTime();
    StyleVector style = styles.call(id, s -> s.encode(request.style()));
    Audio result = modifiers.call(Optional.empty(), m -> m.modify(speech, style));
    log.debug(
        "modified {} s in {} ms",
        speech.duration().toMillis() / 1e3,
        (System.nanoTime() - start) / 1_000_000);
    return result;
  }

  /**
   * Without what the last unit covers beyond the end of the source: picture and sound stay
   * together.
   */
  private static Audio trimmed(Audio result, Audio speech, UnitSequence units) {
    double covered = units.duration().orElseThrow().toNanos() / 1e9 * speech.sampleRate();
    double share = Math.min(1, speech.length() / covered);
    return result.slice(0, (int) Math.round(result.length() * share));
  }

  @Reference(
      service = SpeechTokenizer.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addTokenizer(ServiceReference<SpeechTokenizer> reference, SpeechTokenizer tokenizer) {
    tokenizers.add(reference, tokenizer);
  }

  void removeTokenizer(ServiceReference<SpeechTokenizer> reference) {
    tokenizers.remove(reference);
  }

  @Reference(
      service = ProsodyAnalyzer.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addAnalyzer(ServiceReference<ProsodyAnalyzer> reference, ProsodyAnalyzer analyzer) {
    analyzers.add(reference, analyzer);
  }

  void removeAnalyzer(ServiceReference<ProsodyAnalyzer> reference) {
    analyzers.remove(reference);
  }

  @Reference(
      service = StyleModule.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addStyle(ServiceReference<StyleModule> reference, StyleModule style) {
    styles.add(reference, style);
  }

  void removeStyle(ServiceReference<StyleModule> reference) {
    styles.remove(reference);
  }

  @Reference(
      service = Vocoder.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addVocoder(ServiceReference<Vocoder> reference, Vocoder vocoder) {
    vocoders.add(reference, vocoder);
  }

  void removeVocoder(ServiceReference<Vocoder> reference) {
    vocoders.remove(reference);
  }

  @Reference(
      service = SpeechModifier.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addModifier(ServiceReference<SpeechModifier> reference, SpeechModifier modifier) {
    modifiers.add(reference, modifier);
  }

  void removeModifier(ServiceReference<SpeechModifier> reference) {
    modifiers.remove(reference);
  }
}
