package org.emova4j.pipeline.internal;

import java.util.Arrays;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.speech.SpeechException;

/**
 * Makes speech of units while they come. All units so far are spoken anew each time, and what is
 * new in the result is passed on, except for its end, which what follows may still change; so every
 * piece has its full context, and the pieces join as one utterance. The cut is where the sound is
 * quietest. Each round comes with half as many units again: all rounds together take about three
 * times the work of one, and a vocoder that is much faster than speech doesn't mind.
 *
 * <p>A vocoder whose beginning changes with what follows joins less well; the seams are faded.
 * Confined to one thread.
 */
final class GrowingSpeech {
  /** Makes speech of all units so far. */
  interface Vocoding {
    Audio say(int[] units) throws SpeechException;
  }

  private static final int FIRST_UNITS = 50;
  private static final double GROWTH = 1.5;
  private static final double HELD_SECONDS = 1.4; // more than vocoders look ahead
  private static final double LEAST_SECONDS = 0.4; // shorter pieces are not worth their seams
  private static final double FRAME_SECONDS = 0.02;
  private static final double FADE_SECONDS = 0.01;

  private final Vocoding vocoding;
  private final boolean whole;
  private int[] units = new int[64];
  private int count;
  private int nextCount = FIRST_UNITS;
  private int given; // samples
  private Optional<Audio> previous = Optional.empty();

  /**
   * @param whole whether all comes at the end, in one piece
   */
  GrowingSpeech(Vocoding vocoding, boolean whole) {
    this.vocoding = vocoding;
    this.whole = whole;
  }

  int[] units() {
    return Arrays.copyOf(units, count);
  }

  /** One unit more. */
  void add(int unit) {
    if (count == units.length) {
      units = Arrays.copyOf(units, 2 * count);
    }
    units[count++] = unit;
  }

  /** The next piece, if it is time for one. */
  Optional<Audio> next() throws SpeechException {
    if (whole || count < nextCount) {
      return Optional.empty();
    }
    nextCount = (int) Math.ceil(count * GROWTH);
    Audio all = vocoding.say(units());
    int end = all.length() - samples(all, HELD_SECONDS);
    if (end - given < samples(all, LEAST_SECONDS)) {
      return Optional.empty();
    }
    return Optional.of(piece(all, quietest(all, given + (end - given) / 2, end)));
  }

  /** The last piece; empty if there is nothing (more) to say. */
  Optional<Audio> finish() throws SpeechException {
    if (count == 0) {
      return Optional.empty();
    }
    Audio all = vocoding.say(units());
    return all.length() > given ? Optional.of(piece(all, all.length())) : Optional.empty();
  }

  private Audio piece(Audio all, int end) {
    float[] samples = all.slice(given, end).samples();
    int fade = Math.min(samples.length, samples(all, FADE_SECONDS));
    if (previous.isPresent() && previous.get().length() >= given + fade) {
      float[] before = previous.get().slice(given, given + fade).samples();
      for (int i = 0; i < fade; i++) {
        float share = (i + 0.5f) / fade;
        samples[i] = before[i] + share * (samples[i] - before[i]);
      }
    }
    given = end;
    previous = Optional.of(all);
    return Audio.adopt(samples, all.sampleRate());
  }

  private static int samples(Audio audio, double seconds) {
    return (int) Math.round(seconds * audio.sampleRate());
  }

  /** The middle of the quietest frame between two places. */
  private static int quietest(Audio audio, int from, int to) {
    int frame = samples(audio, FRAME_SECONDS);
    float[] samples = audio.slice(from, to).samples();
    int best = samples.length;
    double least = Double.MAX_VALUE;
    for (int i = 0; i + frame <= samples.length; i += frame / 2) {
      double energy = 0;
      for (int k = i; k < i + frame; k++) {
        energy += samples[k] * samples[k];
      }
      if (energy <= least) { // the last of equals: more sound now
        least = energy;
        best = i + frame / 2;
      }
    }
    return from + best;
  }
}
