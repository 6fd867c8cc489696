package org.emova4j.eval.metric;

import java.util.Arrays;

/** F0 over time: frame t is at {@code t * stepSeconds}; 0 where there is no voice. Immutable. */
public final class F0Track {
  private final double stepSeconds;
  private final double[] hertz;

  private F0Track(double stepSeconds, double[] hertz) {
    this.stepSeconds = stepSeconds;
    this.hertz = hertz;
  }

  /**
   * @param stepSeconds between two frames, positive
   * @param hertz of shape [frames], 0 where unvoiced; copied
   * @throws IllegalArgumentException if the step isn't positive, or a value is negative or not
   *     finite
   */
  public static F0Track of(double stepSeconds, double... hertz) {
    if (!(stepSeconds > 0) || !Double.isFinite(stepSeconds)) {
      throw new IllegalArgumentException("stepSeconds %s is not positive".formatted(stepSeconds));
    }
    for (int t = 0; t < hertz.length; t++) {
      if (!(hertz[t] >= 0) || !Double.isFinite(hertz[t])) {
        throw new IllegalArgumentException("F0 of frame %d is %s".formatted(t, hertz[t]));
      }
    }
    return new F0Track(stepSeconds, hertz.clone());
  }

  /** Between two frames, in seconds. */
  public double stepSeconds() {
    return stepSeconds;
  }

  /** How many frames there are. */
  public int length() {
    return hertz.length;
  }

  /**
   * F0 in hertz, 0 where unvoiced.
   *
   * @throws IndexOutOfBoundsException unless {@code 0 <= frame < length()}
   */
  public double hertz(int frame) {
    return hertz[frame];
  }

  /** A copy of all frames, in hertz, 0 where unvoiced. */
  public double[] hertz() {
    return hertz.clone();
  }

  /** Whether the frame is voiced. */
  public boolean voiced(int frame) {
    return hertz[frame] > 0;
  }

  /** The part of the frames that is voiced, 0..1; NaN without frames. */
  public double voicedRatio() {
    return (double) voicedHertz().length / hertz.length;
  }

  /** The median of the voiced frames, in hertz; NaN if there are none. */
  public double medianHertz() {
    double[] sorted = voicedHertz();
    Arrays.sort(sorted);
    return Sorted.median(sorted);
  }

  /**
   * The standard deviation of the voiced frames' pitch, in semitones; NaN with fewer than two. What
   * listeners call lively or flat.
   */
  public double deviationSemitones() {
    double[] semitones =
        Arrays.stream(voicedHertz()).map(f -> 12 * Math.log(f) / Math.log(2)).toArray();
    double mean = Arrays.stream(semitones).average().orElse(Double.NaN);
    double squares = Arrays.stream(semitones).map(s -> (s - mean) * (s - mean)).sum();
    return Math.sqrt(squares / (semitones.length - 1));
  }

  private double[] voicedHertz() {
    return Arrays.stream(hertz).filter(f -> f > 0).toArray();
  }

  @Override
  public String toString() {
    return "F0Track[%d frames of %s s, median %.1f Hz]"
        .formatted(hertz.length, stepSeconds, medianHertz());
  }
}
