package org.emova4j.engine.dsp;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * F0 of speech at 16 kHz, one value each 10 ms, after Boersma (1993): the autocorrelation of each
 * windowed frame, divided by that of the window, gives candidates; the cheapest path through them
 * is taken. Frame t is centred on sample 160 t; zeros lie beyond both ends.
 *
 * <p>Keeps about 130 bytes a frame until the path is found. Confined to one thread.
 */
public final class PitchTracker {
  private static final int RATE = LogMel.SAMPLE_RATE;
  private static final int FFT_SIZE = 1024; // holds a window and the longest lag
  private static final int FINER = 2; // lags are half samples
  private static final int PERIODS = 3; // in a window

  private final PitchSettings settings;
  private final int period; // longest, in samples
  private final float[] window;
  private final double[] windowCorrelation; // by lag in half samples
  private final RealFft fft = new RealFft(FFT_SIZE);
  private final RealFft finer = new RealFft(FINER * FFT_SIZE);
  private final double[] spectrum = new double[FFT_SIZE + 2];
  private final double[] correlation = new double[FINER * FFT_SIZE + 2];

  /** Ready for any number of recordings, one after the other. */
  public PitchTracker(PitchSettings settings) {
    this.settings = settings;
    period = (int) Math.ceil(RATE / settings.floor());
    int length = (int) (PERIODS * RATE / settings.floor()) / 2 * 2;
    window = new float[length];
    for (int i = 0; i < length; i++) {
      window[i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 1) / (length + 1)));
    }
    for (int i = 0; i < length; i++) {
      spectrum[i] = window[i];
    }
    correlate();
    windowCorrelation = Arrays.copyOf(correlation, FINER * (period + 2) + 1);
    for (int lag = windowCorrelation.length - 1; lag >= 0; lag--) {
      windowCorrelation[lag] /= windowCorrelation[0];
    }
  }

  /**
   * Follows F0 through a recording.
   *
   * @param wave all that remains in it
   * @param frames how many values are wanted
   * @return hertz, 0 where unvoiced, of shape [frames]
   */
  public float[] track(FloatBuffer wave, int frames) {
    double mean = 0;
    for (int i = wave.position(); i < wave.limit(); i++) {
      mean += wave.get(i);
    }
    mean /= Math.max(1, wave.remaining());
    double peak = 0;
    for (int i = wave.position(); i < wave.limit(); i++) {
      peak = Math.max(peak, Math.abs(wave.get(i) - mean));
    }
    if (peak == 0) {
      return new float[frames];
    }
    PitchPath path = new PitchPath(settings, frames);
    float[] stretch = new float[Math.max(window.length, 2 * period)];
    for (int t = 0; t < frames; t++) {
      read(wave, t * LogMel.HOP - stretch.length / 2, stretch);
      double intensity = Math.min(1, prepare(stretch) / peak);
      path.begin(intensity);
      if (intensity > 0) {
        correlate();
        findCandidates(path);
      }
      path.end();
    }
    return path.best();
  }

  private static void read(FloatBuffer wave, int first, float[] stretch) {
    int from = Math.max(first, 0);
    int to = Math.min(first + stretch.length, wave.remaining());
    Arrays.fill(stretch, 0);
    if (to > from) {
      wave.get(wave.position() + from, stretch, from - first, to - from);
    }
  }

  /** Fills the transform with the windowed frame; returns the peak within the middle period. */
  private double prepare(float[] stretch) {
    int middle = stretch.length / 2;
    double mean = 0;
    for (int i = middle - period; i < middle + period; i++) {
      mean += stretch[i];
    }
    mean /= 2 * period;
    double peak = 0;
    for (int i = middle - period / 2 - 1; i <= middle + period / 2 + 1; i++) {
      peak = Math.max(peak, Math.abs(stretch[i] - mean));
    }
    int first = middle - window.length / 2;
    for (int i = 0; i < window.length; i++) {
      spectrum[i] = (stretch[first + i] - mean) * window[i];
    }
    Arrays.fill(spectrum, window.length, spectrum.length, 0);
    return peak;
  }

  /** Autocorrelation of what stands in {@link #spectrum}, at half samples by zero padding. */
  private void correlate() {
    fft.forward(spectrum);
    for (int k = 0; k <= FFT_SIZE / 2; k++) {
      double re = spectrum[2 * k];
      double im = spectrum[2 * k + 1];
      correlation[2 * k] = re * re + im * im;
      correlation[2 * k + 1] = 0;
    }
    Arrays.fill(correlation, FFT_SIZE + 2, correlation.length, 0);
    finer.inverse(correlation);
  }

  private void findCandidates(PitchPath path) {
    double energy = correlation[0];
    if (!(energy > 0)) {
      return;
    }
    int last = windowCorrelation.length - 2;
    int lag = Math.max(2, (int) (FINER * RATE / settings.ceiling()) - 1);
    double before = correlation[lag - 1] / (energy * windowCorrelation[lag - 1]);
    double here = correlation[lag] / (energy * windowCorrelation[lag]);
    for (; lag <= last; lag++) {
      double after = correlation[lag + 1] / (energy * windowCorrelation[lag + 1]);
      if (here > 0.5 * settings.voicing() && here > before && here >= after) {
        double slope = 0.5 * (after - before);
        double curvature = 2 * here - before - after;
        double hertz = FINER * RATE / (lag + slope / curvature);
        double strength = here + 0.5 * slope * slope / curvature;
        // noise in short windows can exceed one
        path.add(hertz, strength > 1 ? 1 / strength : strength);
      }
      before = here;
      here = after;
    }
  }
}
