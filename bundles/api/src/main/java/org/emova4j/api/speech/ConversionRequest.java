package org.emova4j.api.speech;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.style.Style;

/**
 * What a conversion is to do, and with which parts.
 *
 * @param style labels and amounts
 * @param reference a recording whose style is taken, which {@code style} then adjusts
 * @param keepProsody whether the source's own timing, melody and loudness are carried over (the
 *     better choice for intelligibility) or predicted
 * @param parts which tokenizer, style module and vocoder
 */
public record ConversionRequest(
    Style style, Optional<Audio> reference, boolean keepProsody, Parts parts) {
  public ConversionRequest {
    requireNonNull(style, "style");
    requireNonNull(reference, "reference");
    requireNonNull(parts, "parts");
  }

  /** With the best-ranked parts and the source's own prosody. */
  public static ConversionRequest of(Style style) {
    return new ConversionRequest(style, Optional.empty(), true, Parts.ANY);
  }

  /**
   * Services by their {@link org.emova4j.api.ServiceProperties#ID} or {@link
   * org.emova4j.api.ServiceProperties#MODEL}; the best-ranked one where empty.
   *
   * @param tokenizer id of a {@link SpeechTokenizer}
   * @param style id of a {@link org.emova4j.api.style.StyleModule}
   * @param vocoder id of a {@link Vocoder}
   */
  public record Parts(
      Optional<String> tokenizer, Optional<String> style, Optional<String> vocoder) {
    /** The best-ranked of each. */
    public static final Parts ANY = new Parts(Optional.empty(), Optional.empty(), Optional.empty());
  }
}
