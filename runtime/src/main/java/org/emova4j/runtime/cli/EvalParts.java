package org.emova4j.runtime.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.model.ModelArchive;
import org.emova4j.api.model.ModelManifest;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechModifier;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleModule;
import org.emova4j.eval.EvalTools;
import org.emova4j.eval.Recogniser;
import org.emova4j.eval.Subject;
import org.emova4j.eval.Subject.PartFacts;
import org.emova4j.runtime.Offer;
import org.emova4j.runtime.Services;

/** The parts of a running slice that an evaluation measures and uses. */
final class EvalParts {
  private final Services services;

  EvalParts(Services services) {
    this.services = services;
  }

  /**
   * A tokenizer, and the voice that reads its units, if there is one.
   *
   * @param tokenizer its id or model; the best-ranked one if empty
   * @param style id of a style module; one that fits if empty
   * @param vocoder id of a vocoder; one that fits if empty
   * @throws ModelUnavailableException if a part that is named isn't there
   */
  Subject subject(Optional<String> tokenizer, Optional<String> style, Optional<String> vocoder)
      throws ModelUnavailableException, IOException {
    Offer<SpeechTokenizer> chosen = find(SpeechTokenizer.class, tokenizer, Map.of());
    List<PartFacts> facts = new ArrayList<>();
    facts.add(facts("tokenizer", chosen));
    String codebook = chosen.service().codebook().id();
    Optional<Offer<Vocoder>> reads =
        optional(Vocoder.class, vocoder, Map.of(ServiceProperties.CODEBOOK, codebook));
    Optional<Subject.Voice> voice = Optional.empty();
    if (reads.isPresent()) {
      Map<String, String> space =
          Map.of(ServiceProperties.STYLE_SPACE, reads.get().service().styleSpace());
      Optional<Offer<StyleModule>> styles = optional(StyleModule.class, style, space);
      if (styles.isPresent()) {
        facts.add(facts("style", styles.get()));
        facts.add(facts("vocoder", reads.get()));
        voice =
            Optional.of(
                new Subject.Voice(
                    services.require(SpeechConverter.class),
                    styles.get().service(),
                    new ConversionRequest.Parts(id(chosen), id(styles.get()), id(reads.get()))));
      }
    }
    String name = tokenizer.or(() -> id(chosen)).orElse("tokenizer");
    return new Subject(name, chosen.service(), voice, facts);
  }

  /** Readers and writers, and what changes pitch and speed. */
  EvalTools tools(Optional<Recogniser> recogniser) throws ModelUnavailableException, IOException {
    Optional<EvalTools.Modifier> modifier = Optional.empty();
    for (Offer<SpeechModifier> offer : services.all(SpeechModifier.class)) {
      Map<String, String> space =
          Map.of(ServiceProperties.STYLE_SPACE, offer.service().styleSpace());
      Optional<Offer<StyleModule>> styles = optional(StyleModule.class, Optional.empty(), space);
      if (styles.isPresent()) {
        modifier =
            Optional.of(
                new EvalTools.Modifier(
                    offer.service(), styles.get().service(), facts("modifier", offer)));
        break;
      }
    }
    return new EvalTools(
        services.require(AudioReader.class),
        services.require(AudioWriter.class),
        modifier,
        recogniser);
  }

  /** By id, or by the model behind it. */
  private <S> Offer<S> find(Class<S> type, Optional<String> name, Map<String, String> wanted)
      throws ModelUnavailableException {
    if (name.isPresent()) {
      for (Offer<S> offer : services.all(type)) {
        if (offer.property(ServiceProperties.MODEL).equals(name) && !id(offer).equals(name)) {
          return offer;
        }
      }
      return services.require(type, Map.of(ServiceProperties.ID, name.get()));
    }
    return services.require(type, wanted);
  }

  /** What is named must be there; what isn't may be missing. */
  private <S> Optional<Offer<S>> optional(
      Class<S> type, Optional<String> name, Map<String, String> wanted)
      throws ModelUnavailableException {
    if (name.isPresent()) {
      return Optional.of(find(type, name, wanted));
    }
    return services.all(type).stream()
        .filter(
            offer ->
                wanted.entrySet().stream()
                    .allMatch(
                        w -> offer.property(w.getKey()).filter(w.getValue()::equals).isPresent()))
        .findFirst();
  }

  private static Optional<String> id(Offer<?> offer) {
    return offer.property(ServiceProperties.ID);
  }

  private PartFacts facts(String role, Offer<?> offer) throws IOException {
    String model = offer.property(ServiceProperties.MODEL).orElse("");
    return new PartFacts(role, id(offer).orElse("unnamed"), model, hash(model, offer));
  }

  /** Of the files of its model; of its bundle, if it has none. */
  private String hash(String model, Offer<?> offer) throws IOException {
    for (Offer<ModelArchive> archive : services.all(ModelArchive.class)) {
      if (archive.property(ServiceProperties.MODEL).filter(model::equals).isPresent()) {
        return Subject.hash(
            archive.service().manifest().files().stream()
                .map(ModelManifest.FileEntry::sha256)
                .sorted()
                .toList());
      }
    }
    Optional<Path> bundle = services.bundleFile(offer);
    return bundle.isPresent() ? Subject.hash(bundle.get()) : "";
  }
}
