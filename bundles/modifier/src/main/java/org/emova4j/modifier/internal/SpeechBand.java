package org.emova4j.modifier.internal;

import java.math.BigInteger;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.emova4j.api.audio.Audio;
import org.emova4j.engine.dsp.LogMel;

/**
 * A recording at 16 kHz and without its direct component, for what listens to its periods rather
 * than its sound.
 */
final class SpeechBand {
  static final int RATE = LogMel.SAMPLE_RATE;

  private static final int CROSSINGS = 12; // zeros of the sinc on either side
  private static final double CUTOFF = 0.9; // of the lower rate's half

  private SpeechBand() {}

  /** Of {@code round(length * 16000 / rate)} samples. */
  static float[] of(Audio audio) {
    float[] band = audio.sampleRate() == RATE ? audio.samples() : resampled(audio);
    double mean = 0;
    for (float sample : band) {
      mean += sample;
    }
    mean /= Math.max(1, band.length);
    for (int i = 0; i < band.length; i++) {
      band[i] -= (float) mean;
    }
    return band;
  }

  private static float[] resampled(Audio audio) {
    int rate = audio.sampleRate();
    int common = BigInteger.valueOf(rate).gcd(BigInteger.valueOf(RATE)).intValue();
    int phases = RATE / common;
    int step = rate / common; // samples of the recording to so many phases
    int reach = (int) Math.ceil(CROSSINGS * Math.max(1, (double) rate / RATE) / CUTOFF);
    float[][] kernels = new float[phases][];
    float[] band = new float[(int) Math.round((double) audio.length() * RATE / rate)];
    float[] stretch = new float[2 * reach + 1];
    FloatBuffer samples = audio.buffer();
    for (int n = 0; n < band.length; n++) {
      long place = (long) n * step;
      int phase = (int) (place % phases);
      if (kernels[phase] == null) {
        kernels[phase] = kernel((double) phase / phases, reach);
      }
      read(samples, (int) (place / phases) - reach, stretch);
      float[] kernel = kernels[phase];
      float sum = 0;
      for (int i = 0; i < kernel.length; i++) {
        sum += kernel[i] * stretch[i];
      }
      band[n] = sum;
    }
    return band;
  }

  /** For a place so far behind a sample, over as many samples on either side. */
  private static float[] kernel(double part, int reach) {
    float[] kernel = new float[2 * reach + 1];
    double width = (double) reach / CROSSINGS; // of a crossing, in samples
    for (int i = 0; i < kernel.length; i++) {
      double x = (i - reach - part) / width;
      double sinc = x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
      double window = Math.abs(x) < CROSSINGS ? 0.5 + 0.5 * Math.cos(Math.PI * x / CROSSINGS) : 0;
      kernel[i] = (float) (sinc * window / width);
    }
    return kernel;
  }

  private static void read(FloatBuffer samples, int first, float[] stretch) {
    int from = Math.max(0, -first);
    int to = Math.min(stretch.length, samples.limit() - first);
    if (from > 0 || to < stretch.length) {
      Arrays.fill(stretch, 0);
    }
    if (to > from) {
      samples.get(first + from, stretch, from, to - from);
    }
  }
}
