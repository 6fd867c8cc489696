package org.emova4j.eval.metric;

import org.emova4j.api.audio.Audio;

/**
 * Mel cepstra of a recording, for distances and alignment: sound brought to 16 kHz, frames of 25 ms
 * each 10 ms under a Hann window, 512-point power spectrum, 40 mel filters (HTK's scale, triangles
 * of equal height, 0 to 8 kHz), natural logarithm of the magnitude with a floor of 1e-5,
 * orthonormal cosine transform, coefficients 0 to 24. Frame t is centred on 10 ms times t.
 * Immutable.
 */
public final class MelCepstra {
  private MelCepstra() {}

  /** The cepstra of a recording of at least one sample. */
  public static MelCepstra of(Audio speech) {
    return Later.yet();
  }

  /** How many frames there are. */
  public int frames() {
    return Later.yet();
  }

  /** A copy of a frame's coefficients 0 to 24. */
  public double[] frame(int frame) {
    return Later.yet();
  }

  /** Which frames of two recordings of the same text belong together; by coefficients 1 to 24. */
  public static WarpingPath align(MelCepstra reference, MelCepstra other) {
    return Later.yet();
  }
}
