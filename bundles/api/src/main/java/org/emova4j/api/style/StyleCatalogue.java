package org.emova4j.api.style;

import java.util.List;

/**
 * The labels that a style module knows, each list in the order in which to show it; the first is
 * the default, except where a list has {@code normal} or {@code neutral}, which then is.
 *
 * @param speakers at least one
 * @param emotions e.g. neutral, happy, sad
 * @param pitches e.g. low, normal, high
 * @param speeds e.g. slow, normal, fast
 * @param continuous whether semitones and speed ratios are understood beside the labels
 * @param intensity whether an emotion can be given in part
 */
public record StyleCatalogue(
    List<String> speakers,
    List<String> emotions,
    List<String> pitches,
    List<String> speeds,
    boolean continuous,
    boolean intensity) {
  public StyleCatalogue {
    speakers = List.copyOf(speakers);
    emotions = List.copyOf(emotions);
    pitches = List.copyOf(pitches);
    speeds = List.copyOf(speeds);
  }

  /** All of it in steps, or all of it without. */
  public StyleCatalogue(
      List<String> speakers,
      List<String> emotions,
      List<String> pitches,
      List<String> speeds,
      boolean continuous) {
    this(speakers, emotions, pitches, speeds, continuous, continuous);
  }
}
