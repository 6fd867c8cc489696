package org.emova4j.engine.dsp;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * Log-mel spectrogram of speech at 16 kHz, as the {@code lite} networks take it: 80 HTK triangles
 * of height one from 0 to 8000 Hz over the magnitudes of a 1024-point transform with a 640-sample
 * Hann window, natural logarithm, floor 1e-5. Frame t is centred on sample 160 t; zeros lie beyond
 * both ends. The number of frames is a multiple of 4: the end is padded to a whole unit of 40 ms.
 *
 * <p>The recording is first scaled so that its active frames have the mean log-mel {@link
 * #ACTIVE_LEVEL}, whatever its loudness. Takes half the memory of the recording. Safe for
 * concurrent use.
 */
public final class LogMel {
  public static final int SAMPLE_RATE = 16_000;

  /** Samples between frames: 100 frames a second. */
  public static final int HOP = 160;

  public static final int WINDOW = 640;
  public static final int FFT_SIZE = 1024;
  public static final int BANDS = 80;
  public static final int FRAMES_PER_UNIT = 4;
  public static final int SAMPLES_PER_UNIT = HOP * FRAMES_PER_UNIT;

  /** Mean log-mel of active frames that recordings are scaled to. */
  public static final double ACTIVE_LEVEL = -4.5;

  /** A frame is active when its mean log-mel is within this of the 99th percentile. */
  public static final double ACTIVE_RANGE = 3.0;

  private static final float FLOOR = 1e-5f;

  private final float[] magnitudes; // (frames, 80), of the recording as it is
  private final int frames;
  private final double gain;

  private LogMel(float[] magnitudes) {
    this.magnitudes = magnitudes;
    frames = magnitudes.length / BANDS;
    gain = frames == 0 ? 1 : Math.exp(ACTIVE_LEVEL - activeLevel(energy(1)));
  }

  /** The log-mel of a recording, its samples being all that remain in the buffer. */
  public static LogMel of(FloatBuffer wave) {
    return new LogMel(new MelAnalysis().magnitudes(wave));
  }

  /** Units of 40 ms that cover so many samples. */
  public static int unitCount(int samples) {
    return (int) ((samples + SAMPLES_PER_UNIT - 1L) / SAMPLES_PER_UNIT);
  }

  /** The number of frames, four for each unit. */
  public int frames() {
    return frames;
  }

  /** The factor by which the recording is scaled. */
  public double gain() {
    return gain;
  }

  /**
   * Log-mel of the scaled recording, of shape [to - from, 80].
   *
   * @throws IndexOutOfBoundsException unless {@code 0 <= from <= to <= frames()}
   */
  public float[] scaled(int from, int to) {
    Objects.checkFromToIndex(from, to, frames);
    float[] rows = new float[(to - from) * BANDS];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) Math.log(Math.max(magnitudes[from * BANDS + i] * gain, FLOOR));
    }
    return rows;
  }

  /** Mean log-mel of each frame of the scaled recording, of shape [frames]. */
  public float[] energy() {
    return energy(gain);
  }

  private float[] energy(double factor) {
    float[] energy = new float[frames];
    for (int t = 0; t < frames; t++) {
      // one logarithm for the product of eight bands: 1e-5 to the eighth is well inside a double
      double sum = 0;
      for (int b = 0; b < BANDS; b += 8) {
        double product = 1;
        for (int i = t * BANDS + b; i < t * BANDS + b + 8; i++) {
          product *= Math.max(magnitudes[i] * factor, FLOOR);
        }
        sum += Math.log(product);
      }
      energy[t] = (float) (sum / BANDS);
    }
    return energy;
  }

  /**
   * Mean energy of the active frames.
   *
   * @param energy mean log-mel of each frame, at least one
   */
  public static double activeLevel(float[] energy) {
    double threshold = activeThreshold(energy);
    double sum = 0;
    int count = 0;
    for (float e : energy) {
      if (e >= threshold) {
        sum += e;
        count++;
      }
    }
    return sum / count;
  }

  /**
   * The energy from which on a frame is active: the 99th percentile (linear interpolation) less
   * {@link #ACTIVE_RANGE}.
   *
   * @param energy mean log-mel of each frame, at least one
   */
  public static double activeThreshold(float[] energy) {
    if (energy.length == 0) {
      throw new IllegalArgumentException("energy has no frames");
    }
    float[] sorted = energy.clone();
    Arrays.sort(sorted);
    double position = 0.99 * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]) - ACTIVE_RANGE;
  }
}
