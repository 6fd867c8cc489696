package org.emova4j.pipeline.internal;

import java.util.Map;
import java.util.Optional;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechModifier;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.ProsodyAnalyzer;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.condition.Condition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts with whatever parts are there. It exists only while three are there that fit together,
 * see {@link Readiness}; a swap is no reason to go.
 */
@Component
@SatisfyingConditionTarget("(" + Condition.CONDITION_ID + "=" + Readiness.CONVERSION + ")")
public final class PartsConverter implements SpeechConverter {
  private static final Logger log = LoggerFactory.getLogger(PartsConverter.class);

  private final SpeechParts parts;

  @Activate
  public PartsConverter(@Reference SpeechParts parts) {
    this.parts = parts;
  }

  /** Work with parts that fit. */
  private interface Step<R> {
    R with(Assembly assembly) throws SpeechException, PartGoneException;
  }

  /** Is done again, with what there is by then, if a part goes under it. */
  private <R> R assembled(ConversionRequest.Parts asked, Step<R> step) throws SpeechException {
    Optional<Assembly> begun = Optional.empty();
    while (true) {
      Assembly assembly = parts.assemble(asked, begun);
      try {
        return step.with(assembly);
      } catch (PartGoneException e) {
        log.debug("{}: the call goes on with its successor", e.getMessage(), e);
        begun = Optional.of(assembly);
      }
    }
  }

  @Override
  public int sampleRate(ConversionRequest request) throws SpeechException {
    if (request.style().keepsSpeaker()) {
      return sampleRate(request, Audio.MAX_SAMPLE_RATE);
    }
    return assembled(request.parts(), assembly -> sampleRate(request, assembly));
  }

  private int sampleRate(ConversionRequest request, Assembly assembly)
      throws SpeechException, PartGoneException {
    int rate = parts.tokenizers().call(assembly.tokenizer(), SpeechTokenizer::sampleRate);
    if (request.keepProsody() && parts.vocoders().call(assembly.vocoder(), Vocoder::readsProsody)) {
      int analyzed = parts.analyzers().call(Optional.empty(), ProsodyAnalyzer::sampleRate);
      if (rate != analyzed) {
        throw new ModelUnavailableException(
            "the tokenizer reads %d Hz but the prosody analyzer reads %d Hz"
                .formatted(rate, analyzed));
      }
    }
    return rate;
  }

  @Override
  public int sampleRate(ConversionRequest request, int recordingRate) throws SpeechException {
    return request.style().keepsSpeaker()
        ? parts.modifiers().call(Optional.empty(), m -> m.sampleRate(recordingRate))
        : sampleRate(request);
  }

  @Override
  public int referenceSampleRate(ConversionRequest request) throws SpeechException {
    return assembled(
        request.parts(),
        assembly -> parts.styles().call(assembly.style(), StyleModule::referenceSampleRate));
  }

  @Override
  public StyleCatalogue catalogue(ConversionRequest request) throws SpeechException {
    return request.style().keepsSpeaker()
        ? styleForModifier(request.parts(), StyleModule::catalogue)
        : assembled(
            request.parts(),
            assembly -> parts.styles().call(assembly.style(), StyleModule::catalogue));
  }

  /** By the style module that writes what the speech modifier reads. */
  private <R> R styleForModifier(ConversionRequest.Parts asked, Part.Call<StyleModule, R> call)
      throws SpeechException {
    String space = parts.modifiers().call(Optional.empty(), SpeechModifier::styleSpace);
    return parts.styles().call(asked.style(), Map.of(ServiceProperties.STYLE_SPACE, space), call);
  }

  @Override
  public Audio convert(Audio speech, ConversionRequest request) throws SpeechException {
    if (request.style().keepsSpeaker()) {
      return modify(speech, request);
    }
    Conversion conversion = new Conversion(parts, speech, request);
    return assembled(request.parts(), conversion::with);
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
    long start = System.nanoTime();
    StyleVector style = styleForModifier(request.parts(), s -> s.encode(request.style()));
    Audio result =
        parts
            .modifiers()
            .call(
                Optional.empty(),
                Map.of(ServiceProperties.STYLE_SPACE, style.spaceId()),
                m -> m.modify(speech, style));
    log.debug(
        "modified {} s in {} ms",
        speech.duration().toMillis() / 1e3,
        (System.nanoTime() - start) / 1_000_000);
    return result;
  }
}
