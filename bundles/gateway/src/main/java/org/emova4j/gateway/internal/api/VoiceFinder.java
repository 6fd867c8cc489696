package org.emova4j.gateway.internal.api;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleModule;
import org.emova4j.gateway.internal.http.ApiException;
import org.emova4j.gateway.internal.parts.Offer;
import org.emova4j.gateway.internal.parts.SpeechServices;
import org.emova4j.gateway.internal.parts.Tracked;

/** Which vocoder and which style module speak units of a codebook. */
final class VoiceFinder {
  private final SpeechServices services;
  private final Analysis analysis;

  VoiceFinder(SpeechServices services, Analysis analysis) {
    this.services = services;
    this.analysis = analysis;
  }

  /**
   * A vocoder and a style module that fit.
   *
   * @param vocoder id; empty for any
   * @param style id; empty for any of the style space
   * @param space that the vocoder reads
   * @param catalogue of the style module
   */
  record Voice(
      Optional<String> vocoder, Optional<String> style, String space, StyleCatalogue catalogue) {}

  /**
   * @param asked parts that are named
   * @param codebook of the units; empty for that of the vocoder in use
   * @throws ApiException if no vocoder reads it, or no style module writes what the vocoder reads
   */
  Voice find(Parts asked, Optional<String> codebook) throws SpeechException {
    Parts inUse = analysis.partsInUse(asked);
    Predicate<Offer<Vocoder>> reads =
        o -> codebook.isEmpty() || codebook.get().equals(o.service().codebook().id());
    requireOne(services.vocoders(), asked.vocoder(), reads, "vocoder", "codebook", codebook);
    Optional<String> vocoder = chosen(services.vocoders(), asked.vocoder(), inUse.vocoder(), reads);
    String space = services.vocoders().call(vocoder, reads, Vocoder::styleSpace);
    Predicate<Offer<StyleModule>> writes = o -> space.equals(o.service().styleSpace());
    requireOne(
        services.styles(),
        asked.style(),
        writes,
        "style module",
        "style space",
        Optional.of(space));
    Optional<String> style = chosen(services.styles(), asked.style(), inUse.style(), writes);
    StyleCatalogue catalogue = services.styles().call(style, writes, StyleModule::catalogue);
    return new Voice(vocoder, style, space, catalogue);
  }

  private static <S> void requireOne(
      Tracked<S> services,
      Optional<String> name,
      Predicate<Offer<S>> fits,
      String kind,
      String contract,
      Optional<String> wanted) {
    List<Offer<S>> named =
        services.all().stream().filter(o -> name.map(o::isCalled).orElse(true)).toList();
    if (!named.isEmpty() && named.stream().noneMatch(fits)) {
      throw ApiException.refused(
          409,
          "parts_do_not_fit",
          "no %s is for %s %s; there are: %s"
              .formatted(
                  kind,
                  contract,
                  wanted.orElse(""),
                  String.join(", ", named.stream().map(Offer::id).distinct().toList())));
    }
  }

  /** What is named; or else what is in use, if it fits; or else the best that fits. */
  private static <S> Optional<String> chosen(
      Tracked<S> services,
      Optional<String> asked,
      Optional<String> inUse,
      Predicate<Offer<S>> fits) {
    List<Offer<S>> fitting = services.all().stream().filter(fits).toList();
    return asked
        .or(() -> inUse.filter(name -> fitting.stream().anyMatch(o -> o.isCalled(name))))
        .or(() -> fitting.stream().findFirst().map(Offer::id));
  }
}
