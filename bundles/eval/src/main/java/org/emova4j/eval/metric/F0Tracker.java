package org.emova4j.eval.metric;

import org.emova4j.api.audio.Audio;

/**
 * Follows F0 through a recording: the autocorrelation of each windowed frame, divided by that of
 * the window, gives candidates, and the cheapest path through them is taken (P. Boersma, "Accurate
 * short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a sampled
 * sound", IFA Proceedings 17, 1993; the method of Praat's {@code To Pitch (ac)}).
 *
 * <p>Takes any sample rate. Safe for concurrent use.
 */
public final class F0Tracker {
  /** With {@link F0Settings#DEFAULT}. */
  public F0Tracker() {
    this(F0Settings.DEFAULT);
  }

  /** With settings of one's own. */
  public F0Tracker(F0Settings settings) {}

  /**
   * @param speech of any length; zeros are thought beyond both ends
   * @return a frame for each {@code stepSeconds} that began, the first at 0 s
   */
  public F0Track track(Audio speech) {
    return Later.yet();
  }
}
