package org.emova4j.eval.metric;

import java.util.Arrays;

/** The autocorrelation of a recording's frames, and its peaks. Confined to one thread. */
final class F0Correlation {
  private static final int PERIODS = 3; // of the lowest F0, in a window
  // Peaks are parabolas through lags this fine: at 600 Hz that is off by less than a cent.
  private static final double LAGS_PER_SECOND = 60_000;

  private final F0Settings settings;
  private final double[] wave;
  private final int period; // the longest, in samples
  private final double[] window;
  private final double lagRate; // lags per second
  private final double[] windowCorrelation; // by lag, 1 at lag 0
  private final double[] re; // of the transform at the recording's rate
  private final double[] im;
  private final double[] lags; // of the transform at the lags' rate
  private final double[] unused;

  F0Correlation(F0Settings settings, double[] wave, int rate) {
    this.settings = settings;
    this.wave = wave;
    period = (int) Math.ceil(rate / settings.floorHertz());
    window = Fourier.hann((int) (PERIODS * rate / settings.floorHertz()) / 2 * 2);
    int size = Fourier.size(window.length * 3 / 2);
    int finer = Fourier.size((int) Math.ceil(LAGS_PER_SECOND / rate));
    lagRate = (double) finer * rate;
    re = new double[size];
    im = new double[size];
    lags = new double[finer * size];
    unused = new double[finer * size];
    System.arraycopy(window, 0, re, 0, window.length);
    correlate();
    int longest = (int) Math.ceil(lagRate / settings.floorHertz()) + 2;
    windowCorrelation = Arrays.copyOf(lags, longest + 1);
    for (int lag = longest; lag >= 0; lag--) {
      windowCorrelation[lag] /= windowCorrelation[0];
    }
  }

  /** Takes the frame around a sample; returns the peak within its middle period. */
  double frame(int centre) {
    double mean = 0;
    for (int i = centre - period; i < centre + period; i++) {
      mean += sample(i);
    }
    mean /= 2 * period;
    double peak = 0;
    for (int i = centre - period / 2 - 1; i <= centre + period / 2 + 1; i++) {
      peak = Math.max(peak, Math.abs(sample(i) - mean));
    }
    Arrays.fill(re, 0);
    Arrays.fill(im, 0);
    for (int i = 0; i < window.length; i++) {
      re[i] = (sample(centre - window.length / 2 + i) - mean) * window[i];
    }
    return peak;
  }

  /** Adds the peaks of the frame's autocorrelation to a path. */
  void candidates(F0Path path) {
    correlate();
    double energy = lags[0];
    if (!(energy > 0)) {
      return;
    }
    int first = Math.max(1, (int) (lagRate / settings.ceilingHertz()) - 1);
    double before = strength(first - 1, energy);
    double here = strength(first, energy);
    for (int lag = first; lag < windowCorrelation.length - 1; lag++) {
      double after = strength(lag + 1, energy);
      if (here > 0.5 * settings.voicingThreshold() && here > before && here >= after) {
        double slope = 0.5 * (after - before);
        double curvature = 2 * here - before - after;
        double height = here + 0.5 * slope * slope / curvature;
        // noise in short windows can exceed one
        path.add(lagRate / (lag + slope / curvature), height > 1 ? 1 / height : height);
      }
      before = here;
      here = after;
    }
  }

  private double strength(int lag, double energy) {
    return lags[lag] / (energy * windowCorrelation[lag]);
  }

  private double sample(int i) {
    return i < 0 || i >= wave.length ? 0 : wave[i];
  }

  /** Of the real signal in {@link #re}, which is lost, to {@link #lags}. */
  private void correlate() {
    Fourier.forward(re, im);
    Arrays.fill(lags, 0);
    Arrays.fill(unused, 0);
    int half = re.length / 2;
    for (int k = 0; k <= half; k++) {
      double power = re[k] * re[k] + im[k] * im[k];
      lags[k] = power;
      lags[(lags.length - k) % lags.length] = power;
    }
    Fourier.inverse(lags, unused);
  }
}
