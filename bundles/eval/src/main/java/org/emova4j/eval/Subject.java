package org.emova4j.eval;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.style.StyleModule;
import org.emova4j.eval.internal.Hashes;

/**
 * What is measured: a tokenizer, and the voice that speaks its units again, if there is one.
 *
 * @param name what figures call it, e.g. the tokenizer's id
 * @param tokenizer safe for concurrent use, as its interface says
 * @param voice that reads its units
 * @param parts what these are made of
 */
public record Subject(
    String name, SpeechTokenizer tokenizer, Optional<Voice> voice, List<PartFacts> parts) {
  public Subject {
    requireNonNull(name, "name");
    requireNonNull(tokenizer, "tokenizer");
    requireNonNull(voice, "voice");
    parts = List.copyOf(parts);
  }

  /** Changes when a part does: what was measured of another one doesn't count. */
  public String fingerprint() {
    return parts.toString();
  }

  /** SHA-256 of what a part is made of, from those of its files; of one file, that file's. */
  public static String hash(List<String> files) {
    return files.size() == 1 ? files.get(0) : Hashes.of(files.toArray(new String[0]));
  }

  /** SHA-256 of a file's content. */
  public static String hash(Path file) throws IOException {
    return Hashes.of(file);
  }

  /**
   * Units to speech.
   *
   * @param converter composes the parts
   * @param styles labels or a recording to a style
   * @param parts by which the converter takes this tokenizer, style module and vocoder
   */
  public record Voice(
      SpeechConverter converter, StyleModule styles, ConversionRequest.Parts parts) {
    public Voice {
      requireNonNull(converter, "converter");
      requireNonNull(styles, "styles");
      requireNonNull(parts, "parts");
    }
  }

  /**
   * Which part it was.
   *
   * @param role e.g. {@code tokenizer}
   * @param id e.g. {@code lite}
   * @param model e.g. {@code lite:1.1.0}; empty if the part says nothing of one
   * @param sha256 of the model's files, or of the part's own; empty if unknown
   */
  public record PartFacts(String role, String id, String model, String sha256) {}
}
