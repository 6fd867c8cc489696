package org.emova4j.batch;

import java.util.Optional;
import org.emova4j.api.audio.AudioFinisher;
import org.emova4j.api.audio.AudioReader;
import org.emova4j.api.audio.LoudnessMeter;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechConverter;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.speech.Vocoder;
import org.emova4j.api.style.StyleModule;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;

/**
 * Where an item finds its services: asked anew for each, so that a part can be swapped during a
 * batch. Safe for concurrent use.
 */
public interface SpeechTools {
  AudioReader reader() throws ModelUnavailableException;

  AudioFinisher finisher() throws ModelUnavailableException;

  /** Empty where nothing measures: then no loudness is in the log. */
  Optional<LoudnessMeter> meter();

  SpeechConverter converter() throws ModelUnavailableException;

  /** The tokenizer with this id, or the best-ranked one. */
  SpeechTokenizer tokenizer(Optional<String> id) throws ModelUnavailableException;

  /** The vocoder with this id, or the best-ranked one. */
  Vocoder vocoder(Optional<String> id) throws ModelUnavailableException;

  /** The style module with this id, or the best-ranked one of a style space. */
  StyleModule styleModule(Optional<String> id, String styleSpace) throws ModelUnavailableException;

  /**
   * Units from their text, in any form that the tokenize command writes.
   *
   * @throws IllegalArgumentException if it is none of them, or of another codebook; says where
   */
  UnitSequence units(String text, Codebook codebook);
}
