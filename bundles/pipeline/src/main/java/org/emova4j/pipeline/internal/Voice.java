package org.emova4j.pipeline.internal;

import java.util.Map;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;

/**
 * Style module and vocoder for the units of one model: the labels that the model chose, under those
 * that the user did. Confined to one thread.
 */
final class Voice {
  private final SpeechParts available;
  private final Parts parts;
  private final Codebook codebook;
  private final Style wanted;
  private Style style;

  Voice(SpeechParts available, Parts parts, Codebook codebook, Style wanted) {
    this.available = available;
    this.parts = parts;
    this.codebook = codebook;
    this.wanted = wanted;
    this.style = wanted;
  }

  /**
   * Finds misfits before the work.
   *
   * @throws IllegalArgumentException if the user's style has an unknown label
   * @throws org.emova4j.api.speech.ModelUnavailableException if a part is missing or doesn't fit
   */
  void check() throws SpeechException {
    encode(wanted);
  }

  Codebook codebook() {
    return codebook;
  }

  /** How it is said. */
  Style style() {
    return style;
  }

  /** The model's labels, as far as the style module knows them and the user chose none. */
  void follow(ChatEvent.Labels labels) throws SpeechException {
    StyleCatalogue catalogue =
        available
            .styles()
            .call(
                parts.style(),
                Map.of(ServiceProperties.STYLE_SPACE, space()),
                StyleModule::catalogue);
    style =
        new Style(
            wanted.speaker(),
            wanted.emotion().or(() -> labels.emotion().filter(catalogue.emotions()::contains)),
            wanted.intensity(),
            wanted
                .pitch()
                .or(
                    () ->
                        labels.pitch().filter(catalogue.pitches()::contains).map(Style.Label::new)),
            wanted
                .speed()
                .or(
                    () ->
                        labels.speed().filter(catalogue.speeds()::contains).map(Style.Label::new)));
  }

  Audio say(int[] ids) throws SpeechException {
    StyleVector vector = encode(style);
    return available
        .vocoders()
        .call(
            parts.vocoder(),
            Map.of(
                ServiceProperties.CODEBOOK,
                codebook.id(),
                ServiceProperties.STYLE_SPACE,
                vector.spaceId()),
            v -> v.vocode(UnitSequence.of(v.codebook(), ids), vector));
  }

  private StyleVector encode(Style labels) throws SpeechException {
    return available
        .styles()
        .call(parts.style(), Map.of(ServiceProperties.STYLE_SPACE, space()), s -> s.encode(labels));
  }

  private String space() throws SpeechException {
    return available
        .vocoders()
        .call(
            parts.vocoder(),
            Map.of(ServiceProperties.CODEBOOK, codebook.id()),
            Vocoder::styleSpace);
  }
}
