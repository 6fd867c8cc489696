package org.emova4j.gateway.internal.api;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.PartChoice;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.style.ProsodyAnalyzer;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.gateway.internal.http.Exchange;
import org.emova4j.gateway.internal.http.Form;
import org.emova4j.gateway.internal.http.Form.Upload;
import org.emova4j.gateway.internal.parts.SpeechServices;

/** A recording's units, melody and loudness. */
public final class Analysis {
  static final String FILE = "file";

  private final SpeechServices services;
  private final Sounds sounds;

  public Analysis(SpeechServices services, Sounds sounds) {
    this.services = services;
    this.sounds = sounds;
  }

  /** {@code POST /v1/units}. */
  public void units(Exchange exchange) throws Exception {
    try (Form form = exchange.form(FILE)) {
      form.requireKnown(Set.of(FILE, "tokenizer", "model"));
      Upload file = form.requireFile(FILE);
      exchange.inTurn(() -> exchange.send(units(file, form.field("tokenizer"))));
    }
  }

  /** {@code POST /v1/analyze}. */
  public void prosody(Exchange exchange) throws Exception {
    try (Form form = exchange.form(FILE)) {
      form.requireKnown(Set.of(FILE));
      Upload file = form.requireFile(FILE);
      exchange.inTurn(() -> exchange.send(prosody(file)));
    }
  }

  Map<String, Object> units(Upload file, Optional<String> tokenizer) throws SpeechException {
    Optional<String> named = tokenizer.or(this::tokenizerInUse);
    int rate = services.tokenizers().call(named, SpeechTokenizer::sampleRate);
    Audio speech = sounds.decode(file, rate);
    return Shown.units(tokenize(speech, named), named, speech);
  }

  public UnitSequence tokenize(Audio speech, Optional<String> tokenizer) throws SpeechException {
    return services.tokenizers().call(tokenizer, t -> t.tokenize(speech).reduced());
  }

  /** What a request takes that names none; where there is no pipeline, the best. */
  Optional<String> tokenizerInUse() {
    return partsInUse(Parts.ANY).tokenizer();
  }

  /** What a request takes that names these, as far as that can be said. */
  public Parts partsInUse(Parts asked) {
    Optional<PartChoice> choice = services.choices().best();
    if (choice.isEmpty()) {
      return asked;
    }
    try {
      return choice.get().taken(asked);
    } catch (ModelUnavailableException e) {
      return asked; // whoever needs what is missing says so
    }
  }

  Map<String, Object> prosody(Upload file) throws SpeechException {
    int rate = services.analyzers().call(Optional.empty(), ProsodyAnalyzer::sampleRate);
    return prosody(sounds.decode(file, rate));
  }

  /** Of speech at any rate. */
  Map<String, Object> prosody(Audio speech) throws SpeechException {
    return services
        .analyzers()
        .call(
            Optional.empty(),
            a -> Shown.prosody(a.analyze(sounds.atRate(speech, a.sampleRate())), speech));
  }
}
