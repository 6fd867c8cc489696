package org.emova4j.api.style;

import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;
import org.osgi.annotation.versioning.ProviderType;

/** Turns labels, or a recording, into a point of a style space. Safe for concurrent use. */
@ProviderType
public interface StyleModule {
  /** Id of the style space that vectors belong to. */
  String styleSpace();

  /** The labels that {@link #encode(Style)} understands. */
  StyleCatalogue catalogue();

  /**
   * Labels and amounts to a vector.
   *
   * @throws IllegalArgumentException if a label is not of the catalogue; names the label and lists
   *     the catalogue's
   * @throws SpeechException if a network fails
   */
  StyleVector encode(Style style) throws SpeechException;

  /** The sample rate that a reference recording must have, in hertz. */
  int referenceSampleRate();

  /**
   * A style taken from a recording: its speaker, and how it was spoken.
   *
   * @param reference speech at {@link #referenceSampleRate()}
   * @param adjustments labels and amounts that replace or shift what was taken; {@link
   *     Style#DEFAULT} changes nothing
   * @throws IllegalArgumentException if the rate differs, or a label is not of the catalogue
   * @throws SpeechException if the recording holds too little speech, or a network fails
   */
  StyleVector encode(Audio reference, Style adjustments) throws SpeechException;

  /**
   * The catalogue's labels that come nearest to a recording.
   *
   * @param reference speech at {@link #referenceSampleRate()}
   * @throws SpeechException if the recording holds too little speech, or a network fails
   */
  Style describe(Audio reference) throws SpeechException;
}
