package org.emova4j.eval.metric;

import java.util.Arrays;
import org.emova4j.api.audio.Audio;

/**
 * Power spectra of a recording at 16 kHz: frames of 25 ms each 10 ms under a Hann window, 512
 * points. Frame t is centred on 10 ms times t; zeros are thought beyond both ends.
 */
final class SpeechFrames {
  static final int RATE = 16_000;
  static final int BINS = 257;

  private static final int FRAME = 400;
  private static final int HOP = 160;
  private static final int FFT_SIZE = 512;
  private static final double DYNAMIC_RANGE = 1e4; // 40 dB, in power

  private SpeechFrames() {}

  /** Of shape (frames, {@link #BINS}). */
  static double[][] powers(Audio speech) {
    double[] wave = Resampler.toRate(speech, RATE);
    double[] window = Fourier.hann(FRAME);
    double[][] powers = new double[(wave.length + HOP - 1) / HOP][];
    double[] frame = new double[FRAME];
    for (int t = 0; t < powers.length; t++) {
      for (int i = 0; i < FRAME; i++) {
        int at = t * HOP - FRAME / 2 + i;
        frame[i] = at < 0 || at >= wave.length ? 0 : wave[at] * window[i];
      }
      powers[t] = Fourier.power(frame, FFT_SIZE);
    }
    return powers;
  }

  /** Which frames are within 40 dB of the loudest; none if all is silent. */
  static boolean[] loud(double[][] powers) {
    double[] sums = new double[powers.length];
    Arrays.setAll(sums, t -> Arrays.stream(powers[t]).sum());
    double loudest = Arrays.stream(sums).max().orElse(0);
    boolean[] loud = new boolean[sums.length];
    for (int t = 0; t < loud.length; t++) {
      loud[t] = sums[t] > loudest / DYNAMIC_RANGE;
    }
    return loud;
  }
}
