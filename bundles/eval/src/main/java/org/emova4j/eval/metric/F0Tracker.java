package org.emova4j.eval.metric;

import static java.util.Objects.requireNonNull;

import java.nio.FloatBuffer;
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
  private final F0Settings settings;

  /** With {@link F0Settings#DEFAULT}. */
  public F0Tracker() {
    this(F0Settings.DEFAULT);
  }

  /** With settings of one's own. */
  public F0Tracker(F0Settings settings) {
    this.settings = requireNonNull(settings, "settings");
  }

  /**
   * @param speech of any length; zeros are thought beyond both ends
   * @return a frame for each {@code stepSeconds} that began, the first at 0 s
   */
  public F0Track track(Audio speech) {
    double step = settings.stepSeconds() * speech.sampleRate();
    int frames = (int) Math.ceil(speech.length() / step);
    double[] wave = centred(speech.buffer());
    double loudest = 0;
    for (double sample : wave) {
      loudest = Math.max(loudest, Math.abs(sample));
    }
    if (loudest == 0) {
      return F0Track.of(settings.stepSeconds(), new double[frames]);
    }
    F0Correlation correlation = new F0Correlation(settings, wave, speech.sampleRate());
    F0Path path = new F0Path(settings, frames);
    for (int t = 0; t < frames; t++) {
      double peak = correlation.frame((int) Math.round(t * step));
      path.begin(Math.min(1, peak / loudest));
      if (peak > 0) {
        correlation.candidates(path);
      }
      path.end();
    }
    return F0Track.of(settings.stepSeconds(), path.best());
  }

  private static double[] centred(FloatBuffer samples) {
    double[] wave = new double[samples.remaining()];
    double sum = 0;
    for (int i = 0; i < wave.length; i++) {
      wave[i] = samples.get(i);
      sum += wave[i];
    }
    for (int i = 0; i < wave.length; i++) {
      wave[i] -= sum / wave.length;
    }
    return wave;
  }
}
