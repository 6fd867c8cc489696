package org.emova4j.runtime.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.AudioFinisher;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.LoudnessMeter;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.batch.SpeechTools;
import org.emova4j.batch.Task;
import org.emova4j.runtime.Offer;
import org.emova4j.runtime.Services;

/** A running slice as the items of a batch see it. Safe for concurrent use. */
final class FrameworkSpeechTools implements SpeechTools {
  private final Services services;
  private final Optional<AudioReader> isolated;

  /**
   * @param isolated reads instead of the slice's reader
   */
  FrameworkSpeechTools(Services services, Optional<AudioReader> isolated) {
    this.services = services;
    this.isolated = isolated;
  }

  private synchronized <S> Offer<S> find(Class<S> type, Map<String, String> wanted)
      throws ModelUnavailableException {
    return services.require(type, wanted);
  }

  private <S> Offer<S> find(Class<S> type, Optional<String> id) throws ModelUnavailableException {
    return find(type, id.map(i -> Map.of(ServiceProperties.ID, i)).orElse(Map.of()));
  }

  @Override
  public AudioReader reader() throws ModelUnavailableException {
    return isolated.isPresent() ? isolated.get() : find(AudioReader.class, Map.of()).service();
  }

  @Override
  public AudioFinisher finisher() throws ModelUnavailableException {
    return find(AudioFinisher.class, Map.of()).service();
  }

  @Override
  public synchronized Optional<LoudnessMeter> meter() {
    return services.all(LoudnessMeter.class).stream().findFirst().map(Offer::service);
  }

  @Override
  public SpeechConverter converter() throws ModelUnavailableException {
    return find(SpeechConverter.class, Map.of()).service();
  }

  @Override
  public SpeechTokenizer tokenizer(Optional<String> id) throws ModelUnavailableException {
    return find(SpeechTokenizer.class, id).service();
  }

  @Override
  public Vocoder vocoder(Optional<String> id) throws ModelUnavailableException {
    return find(Vocoder.class, id).service();
  }

  @Override
  public StyleModule styleModule(Optional<String> id, String styleSpace)
      throws ModelUnavailableException {
    return id.isPresent()
        ? find(StyleModule.class, id).service()
        : find(StyleModule.class, Map.of(ServiceProperties.STYLE_SPACE, styleSpace)).service();
  }

  @Override
  public UnitSequence units(String text, Codebook codebook) {
    try {
      return UnitForm.parse(text, codebook);
    } catch (FailedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** The models that a task runs on: what they make changes with them. */
  String versions(Task task, ConversionRequest.Parts parts) throws ModelUnavailableException {
    Map<String, Offer<?>> used = new LinkedHashMap<>();
    if (task == Task.CONVERT || task == Task.TOKENIZE) {
      used.put("tokenizer", find(SpeechTokenizer.class, parts.tokenizer()));
    }
    if (task == Task.CONVERT || task == Task.SYNTHESIZE) {
      used.put("style", find(StyleModule.class, parts.style()));
      used.put("vocoder", find(Vocoder.class, parts.vocoder()));
    }
    StringJoiner names = new StringJoiner(" ");
    used.forEach(
        (role, offer) ->
            names.add(role + "=" + offer.property(ServiceProperties.MODEL).orElse("unnamed")));
    return names.toString();
  }
}
