package org.emova4j.eval.metric;

import org.emova4j.api.audio.Audio;

/**
 * How far apart two recordings of the same text sound, frame by frame, in decibels.
 *
 * <p>Mel-cepstral distortion is {@code 10 / ln 10 * sqrt(2 * sum (c - c')^2)} over coefficients 1
 * to 24, averaged over frames (R. Kubichek, "Mel-cepstral distance measure for objective speech
 * quality assessment", 1993); so loudness doesn't count. Log-spectral distance is the root mean
 * square of the difference of the power spectra in decibels, averaged over frames (L. Rabiner and
 * B.-H. Juang, "Fundamentals of Speech Recognition", 4.3.2), after both were brought to the same
 * mean power. Constants: see {@link MelCepstra}.
 */
public final class SpectralDistance {
  private SpectralDistance() {}

  /** Frame by frame at the same time, in decibels; what only the longer one has is left out. */
  public static double melCepstral(Audio reference, Audio other) {
    return Later.yet();
  }

  /** Along the cheapest path (dynamic time warping), in decibels: differences in tempo are free. */
  public static double melCepstralWarped(Audio reference, Audio other) {
    return Later.yet();
  }

  /** Frame by frame at the same time, in decibels; what only the longer one has is left out. */
  public static double logSpectral(Audio reference, Audio other) {
    return Later.yet();
  }

  /** Along the path of {@link MelCepstra#align}, in decibels. */
  public static double logSpectralWarped(Audio reference, Audio other) {
    return Later.yet();
  }
}
