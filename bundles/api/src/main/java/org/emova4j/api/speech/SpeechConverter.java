package org.emova4j.api.speech;

import org.emova4j.api.audio.Audio;
import org.emova4j.api.style.StyleCatalogue;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A recording in, the same words in another style out: tokenizer, style module and vocoder
 * composed; or, where the request keeps the speaker ({@link
 * org.emova4j.api.style.Style#SAME_SPEAKER}), style module and {@link SpeechModifier}. Parts that a
 * request doesn't name are chosen so that all fit together. They are looked up for each call, so
 * that they can be swapped between calls; a call whose part goes away while it runs is repeated
 * with the successor.
 *
 * <p>Safe for concurrent use.
 */
@ProviderType
public interface SpeechConverter {
  /**
   * The sample rate that speech must have for a request with these parts, in hertz.
   *
   * @throws ModelUnavailableException if a part is missing, or two parts don't fit
   */
  int sampleRate(ConversionRequest request) throws SpeechException;

  /**
   * The sample rate at which to give a recording, so that as little as possible of it is lost.
   * Where the request keeps the speaker this depends on the recording's own rate; elsewhere it is
   * {@link #sampleRate(ConversionRequest)}.
   *
   * @param recordingRate of the file, in hertz
   * @throws ModelUnavailableException if a part is missing
   */
  default int sampleRate(ConversionRequest request, int recordingRate) throws SpeechException {
    return sampleRate(request);
  }

  /**
   * The sample rate that a reference must have for a request with these parts, in hertz.
   *
   * @throws ModelUnavailableException if a part is missing, or two parts don't fit
   */
  int referenceSampleRate(ConversionRequest request) throws SpeechException;

  /**
   * The labels that a request with these parts understands.
   *
   * @throws ModelUnavailableException if a part is missing, or two parts don't fit
   */
  StyleCatalogue catalogue(ConversionRequest request) throws SpeechException;

  /**
   * Where the vocoder reads no prosody, the source's timing alone is kept; and not even that where
   * the style names a speed, which then only predicted timing can have.
   *
   * @return at the vocoder's rate; where the request keeps the speaker, at the rate of {@code
   *     speech}
   * @throws IllegalArgumentException if a rate differs, a style label is not of the catalogue, or
   *     the request keeps the speaker but names a reference or drops the prosody
   * @throws ModelUnavailableException if a part is missing, or two parts don't fit: names both
   *     sides
   * @throws InferenceFailedException if a network fails
   */
  Audio convert(Audio speech, ConversionRequest request) throws SpeechException;
}
