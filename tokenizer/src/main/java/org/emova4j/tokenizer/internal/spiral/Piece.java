package org.emova4j.tokenizer.internal.spiral;

import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.speech.UnsupportedAudioException;

/**
 * A stretch of a recording that goes through the network at once, and which of its units are kept.
 *
 * @param from first sample
 * @param to sample after the last
 * @param heard samples whose frames count, of which there may be more than the stretch has
 * @param first unit that is kept
 * @param count units that are kept; -1 for all that the network gives, with those of padding
 */
record Piece(int from, int to, long heard, int first, int count) {
  /** Count of a piece of which all units are kept. */
  static final int ALL = -1;

  /** Seconds that the reference takes in one piece, without anything peculiar. */
  static final int WINDOW_SECONDS = 60;

  /** Seconds that every unit has around it inside its window, but at the recording's ends. */
  static final int MARGIN_SECONDS = 5;

  private static final int REFERENCE_LIMIT_SECONDS = 100;

  /**
   * Windows that lie 50 seconds apart, each with the units of its middle, so that the units cover
   * the recording. The last one ends with the recording and begins earlier than its place.
   */
  static List<Piece> windows(int samples, int sampleRate, int samplesPerUnit) {
    int units = ceil(samples, samplesPerUnit);
    int window = WINDOW_SECONDS * sampleRate / samplesPerUnit;
    int margin = MARGIN_SECONDS * sampleRate / samplesPerUnit;
    List<Piece> pieces = new ArrayList<>();
    int done = 0;
    for (int start = 0; done < units; start += window - 2 * margin) {
      boolean last = start + window >= units;
      int begin = last ? Math.max(0, units - window) : start;
      int end = last ? units : begin + window - margin;
      int from = begin * samplesPerUnit;
      int to = (int) Math.min(samples, (begin + (long) window) * samplesPerUnit);
      pieces.add(new Piece(from, to, to - from, done - begin, end - done));
      done = end;
    }
    return pieces;
  }

  /**
   * What the official entry point does: up to 60 s as they are; up to 100 s in one piece with the
   * units of padding; above, pieces of 100 s without overlap, each taken to be as long as the
   * whole.
   *
   * @param least samples that the reference doesn't refuse
   */
  static List<Piece> reference(int samples, int sampleRate, int samplesPerUnit, int least)
      throws UnsupportedAudioException {
    int limit = REFERENCE_LIMIT_SECONDS * sampleRate;
    int last = samples > limit && samples % limit != 0 ? samples % limit : samples;
    if (last < least) {
      throw new UnsupportedAudioException(
          last == samples
              ? "the recording has %d samples, the reference needs %d".formatted(samples, least)
              : "the recording's last piece of up to %d s has %d samples, the reference needs %d"
                  .formatted(REFERENCE_LIMIT_SECONDS, last, least));
    }
    if (samples <= WINDOW_SECONDS * sampleRate) {
      return List.of(new Piece(0, samples, samples, 0, ceil(samples, samplesPerUnit)));
    }
    List<Piece> pieces = new ArrayList<>();
    for (long from = 0; from < samples; from += limit) {
      int to = (int) Math.min(samples, from + limit);
      pieces.add(new Piece((int) from, to, samples, 0, ALL));
    }
    return pieces;
  }

  private static int ceil(int samples, int samplesPerUnit) {
    return (int) ((samples + samplesPerUnit - 1L) / samplesPerUnit);
  }
}
