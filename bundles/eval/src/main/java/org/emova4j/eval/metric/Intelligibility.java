package org.emova4j.eval.metric;

import org.emova4j.api.audio.Audio;

/**
 * Objective intelligibility of degraded speech whose clean form is known, sample by sample aligned.
 *
 * <p>STOI: C. Taal, R. Hendriks, R. Heusdens and J. Jensen, "An algorithm for intelligibility
 * prediction of time-frequency weighted noisy speech", IEEE TASLP 19(7), 2011. ESTOI: J. Jensen and
 * C. Taal, "An algorithm for predicting the intelligibility of speech masked by modulated noise
 * maskers", IEEE/ACM TASLP 24(11), 2016. Both work at 10 kHz; other rates are resampled.
 */
public final class Intelligibility {
  private Intelligibility() {}

  /**
   * Short-time objective intelligibility: about 0 (none) to 1 (all).
   *
   * @param clean the reference
   * @param degraded what became of it; what only the longer one has is left out
   * @return NaN if fewer than 30 frames (384 ms) of speech remain once silence is removed
   * @throws IllegalArgumentException if the sample rates differ
   */
  public static double stoi(Audio clean, Audio degraded) {
    return Later.yet();
  }

  /**
   * Extended STOI, for modulated noise as well: about 0 (none) to 1 (all). As {@link #stoi}
   * otherwise.
   */
  public static double estoi(Audio clean, Audio degraded) {
    return Later.yet();
  }
}
