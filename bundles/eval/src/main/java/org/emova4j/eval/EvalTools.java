package org.emova4j.eval;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.AudioWriter;
import org.emova4j.api.speech.SpeechModifier;
import org.emova4j.api.style.StyleModule;

/**
 * What measuring needs beside what is measured.
 *
 * @param reader reads recordings
 * @param writer codes them, to see how units survive a codec
 * @param modifier changes pitch and speed, to see how units survive that; without it that isn't
 *     measured
 * @param recogniser hears words; without it no word errors are counted
 */
public record EvalTools(
    AudioReader reader,
    AudioWriter writer,
    Optional<Modifier> modifier,
    Optional<Recogniser> recogniser) {
  public EvalTools {
    requireNonNull(reader, "reader");
    requireNonNull(writer, "writer");
    requireNonNull(modifier, "modifier");
    requireNonNull(recogniser, "recogniser");
  }

  /**
   * Changes pitch and speed of a recording.
   *
   * @param styles writes the style space that the modifier reads
   * @param facts which modifier it is
   */
  public record Modifier(SpeechModifier modifier, StyleModule styles, Subject.PartFacts facts) {
    public Modifier {
      requireNonNull(modifier, "modifier");
      requireNonNull(styles, "styles");
      requireNonNull(facts, "facts");
    }
  }
}
