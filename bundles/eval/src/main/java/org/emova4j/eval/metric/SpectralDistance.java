package org.emova4j.eval.metric;

import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.emova4j.api.audio.Audio;

/**
 * How far apart two recordings of the same text sound, in decibels, averaged over the frames in
 * which the reference speaks (is within 40 dB of its loudest frame). Constants: see {@link
 * MelCepstra}.
 *
 * <p>Mel-cepstral distortion is {@code 10 / ln 10 * sqrt(2 * sum (c - c')^2)} over coefficients 1
 * to 24, so loudness doesn't count (R. Kubichek, "Mel-cepstral distance measure for objective
 * speech quality assessment", 1993). Log-spectral distance is the root mean square over bins of the
 * difference of the power spectra in decibels (A. Gray and J. Markel, "Distance measures for speech
 * processing", IEEE Trans. ASSP 24, 1976), after both recordings were brought to a root mean square
 * of 0.1; power below 1e-6 (about 60 dB under the mean) counts as that.
 *
 * <p>All return NaN if the reference is silent or empty, or the recordings have no frame in common;
 * log-spectral distance also if the other is silent.
 */
public final class SpectralDistance {
  private static final double LEVEL = 0.1;
  private static final double FLOOR = 1e-6;

  private SpectralDistance() {}

  /** Frame by frame at the same time, in decibels; what only the longer one has is left out. */
  public static double melCepstral(MelCepstra reference, MelCepstra other) {
    return melCepstral(reference, other, straight(reference.frames(), other.frames()));
  }

  /** Along a path, usually {@link MelCepstra#align}, so that differences in tempo are free. */
  public static double melCepstral(MelCepstra reference, MelCepstra other, WarpingPath path) {
    double scale = 10 / Math.log(10) * Math.sqrt(2);
    return mean(
        path,
        pair -> reference.speech(path.first(pair)),
        pair -> scale * MelCepstra.distance(reference, path.first(pair), other, path.second(pair)));
  }

  /** Frame by frame at the same time, in decibels; what only the longer one has is left out. */
  public static double logSpectral(Audio reference, Audio other) {
    double[][] x = SpeechFrames.powers(reference);
    double[][] y = SpeechFrames.powers(other);
    return logSpectral(reference, x, other, y, straight(x.length, y.length));
  }

  /** Along a path, usually {@link MelCepstra#align}, so that differences in tempo are free. */
  public static double logSpectral(Audio reference, Audio other, WarpingPath path) {
    double[][] x = SpeechFrames.powers(reference);
    double[][] y = SpeechFrames.powers(other);
    return logSpectral(reference, x, other, y, path);
  }

  private static double logSpectral(
      Audio reference, double[][] x, Audio other, double[][] y, WarpingPath path) {
    double gainX = gain(reference);
    double gainY = gain(other);
    if (!Double.isFinite(gainX) || !Double.isFinite(gainY)) {
      return Double.NaN;
    }
    boolean[] speech = SpeechFrames.loud(x);
    return mean(
        path,
        pair -> speech[path.first(pair)],
        pair -> frame(x[path.first(pair)], gainX, y[path.second(pair)], gainY));
  }

  private static double frame(double[] x, double gainX, double[] y, double gainY) {
    double squares = 0;
    for (int k = 0; k < x.length; k++) {
      double ratio = Math.max(FLOOR, x[k] * gainX) / Math.max(FLOOR, y[k] * gainY);
      double decibels = 10 * Math.log10(ratio);
      squares += decibels * decibels;
    }
    return Math.sqrt(squares / x.length);
  }

  /** What a power is multiplied with, to bring the recording to {@link #LEVEL}. */
  private static double gain(Audio sound) {
    double squares = 0;
    for (float sample : sound.samples()) {
      squares += (double) sample * sample;
    }
    return LEVEL * LEVEL * sound.length() / squares;
  }

  private static WarpingPath straight(int first, int second) {
    int[] frames = IntStream.range(0, Math.min(first, second)).toArray();
    return new WarpingPath(frames, frames, 0);
  }

  private static double mean(WarpingPath path, IntPredicate counts, IntToDoubleFunction distance) {
    return IntStream.range(0, path.length())
        .filter(counts)
        .mapToDouble(distance)
        .average()
        .orElse(Double.NaN);
  }
}
