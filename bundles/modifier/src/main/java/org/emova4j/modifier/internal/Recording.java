package org.emova4j.modifier.internal;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.emova4j.api.audio.Audio;

/**
 * Samples at any place, between samples by a windowed sinc, without the recording's direct
 * component, which pulses that move would turn into a tone. Whole places give the samples
 * themselves. Confined to one thread.
 */
final class Recording {
  private static final int TAPS = 32;
  private static final int STEPS = 512; // kernels for one sample
  private static final double EXACT = 1e-6; // of a sample: nearer than this it is a whole place
  private static final float[][] KERNELS = kernels();

  private final FloatBuffer samples;
  private final int rate;
  private final float mean;
  private float[] stretch = new float[0];

  Recording(Audio audio) {
    samples = audio.buffer();
    rate = audio.sampleRate();
    double sum = 0;
    for (int i = 0; i < audio.length(); i++) {
      sum += samples.get(i);
    }
    mean = (float) (sum / Math.max(1, audio.length()));
  }

  private static float[][] kernels() {
    float[][] kernels = new float[STEPS + 1][TAPS];
    for (int step = 0; step <= STEPS; step++) {
      double sum = 0;
      for (int k = 0; k < TAPS; k++) {
        double x = k - (TAPS / 2 - 1) - (double) step / STEPS;
        double sinc = x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
        double edge = Math.cos(Math.PI * x / (TAPS + 2));
        kernels[step][k] = (float) (sinc * edge * edge);
        sum += kernels[step][k];
      }
      for (int k = 0; k < TAPS; k++) {
        kernels[step][k] /= (float) sum;
      }
    }
    return kernels;
  }

  int length() {
    return samples.limit();
  }

  int rate() {
    return rate;
  }

  float mean() {
    return mean;
  }

  /** Largest magnitude, with the direct component. */
  float peak() {
    float peak = 0;
    for (int i = 0; i < length(); i++) {
      peak = Math.max(peak, Math.abs(samples.get(i)));
    }
    return peak;
  }

  /**
   * Reads {@code count} values, one sample apart; zeros lie beyond both ends.
   *
   * @param from place of the first, in samples
   */
  void read(double from, int count, float[] into) {
    long first = (long) Math.floor(from);
    double part = from - first;
    if (part > 1 - EXACT) {
      first++;
      part = 0;
    }
    if (part < EXACT) {
      copy(first, count, into);
      return;
    }
    int wanted = count + TAPS;
    if (stretch.length < wanted) {
      stretch = new float[2 * wanted];
    }
    copy(first - (TAPS / 2 - 1), wanted, stretch);
    float[] kernel = KERNELS[(int) Math.round(part * STEPS)];
    for (int i = 0; i < count; i++) {
      float sum = 0;
      for (int k = 0; k < TAPS; k++) {
        sum += kernel[k] * stretch[i + k];
      }
      into[i] = sum;
    }
  }

  private void copy(long first, int count, float[] into) {
    int from = (int) Math.max(0, Math.min(count, -first));
    int to = (int) Math.max(from, Math.min(count, length() - first));
    Arrays.fill(into, 0, from, 0);
    Arrays.fill(into, to, count, 0);
    if (to > from) {
      samples.get((int) (first + from), into, from, to - from);
      for (int i = from; i < to; i++) {
        into[i] -= mean;
      }
    }
  }
}
