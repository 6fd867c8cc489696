package org.emova4j.pipeline.internal;

import java.util.List;
import java.util.Optional;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleModule;

/** Three parts that fit together. A conversion ends with the ones that it began with. */
record Assembly(Part<SpeechTokenizer> tokenizer, Part<StyleModule> style, Part<Vocoder> vocoder) {
  /** What there is to choose from, each best first. */
  record Candidates(
      List<Part<SpeechTokenizer>> tokenizers,
      List<Part<StyleModule>> styles,
      List<Part<Vocoder>> vocoders) {

    boolean isComplete() {
      return !tokenizers.isEmpty() && !styles.isEmpty() && !vocoders.isEmpty();
    }

    /** The best of each, if they fit; else those that fit the best vocoder that any do. */
    Optional<Assembly> best() {
      if (!isComplete()) {
        return Optional.empty();
      }
      Assembly best = new Assembly(tokenizers.get(0), styles.get(0), vocoders.get(0));
      if (best.fits()) {
        return Optional.of(best);
      }
      return vocoders.stream().flatMap(v -> around(v).stream()).findFirst();
    }

    private Optional<Assembly> around(Part<Vocoder> vocoder) {
      Optional<Part<SpeechTokenizer>> tokenizer =
          tokenizers.stream().filter(t -> t.codebook().equals(vocoder.codebook())).findFirst();
      Optional<Part<StyleModule>> style =
          styles.stream().filter(s -> s.styleSpace().equals(vocoder.styleSpace())).findFirst();
      return tokenizer.isPresent() && style.isPresent()
          ? Optional.of(new Assembly(tokenizer.get(), style.get(), vocoder))
          : Optional.empty();
    }

    /** Why there is no {@link #best()} although this is complete: names both sides. */
    String misfit() {
      Part<SpeechTokenizer> tokenizer = tokenizers.get(0);
      Part<StyleModule> style = styles.get(0);
      Part<Vocoder> vocoder = vocoders.get(0);
      return tokenizer.codebook().equals(vocoder.codebook())
          ? "the style module %s writes style space %s but the vocoder %s reads %s"
              .formatted(style.id(), style.styleSpace(), vocoder.id(), vocoder.styleSpace())
          : "the tokenizer %s writes codebook %s but the vocoder %s reads %s"
              .formatted(tokenizer.id(), tokenizer.codebook(), vocoder.id(), vocoder.codebook());
    }
  }

  Parts ids() {
    return new Parts(
        Optional.of(tokenizer.id()), Optional.of(style.id()), Optional.of(vocoder.id()));
  }

  private boolean fits() {
    return tokenizer.codebook().equals(vocoder.codebook())
        && style.styleSpace().equals(vocoder.styleSpace());
  }
}
