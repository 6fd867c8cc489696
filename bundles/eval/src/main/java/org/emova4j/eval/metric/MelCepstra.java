package org.emova4j.eval.metric;

import org.emova4j.api.audio.Audio;

/**
 * Mel cepstra of a recording, for distances and alignment. Sound is brought to 16 kHz; frames of 25
 * ms each 10 ms under a Hann window, frame t centred on 10 ms times t; 512-point power spectrum; 40
 * triangular filters, equally wide on the mel scale 2595 log10(1 + f / 700) from 0 to 8 kHz, each
 * of sum 1; the natural logarithm L of the square root, at least ln 1e-5; cosine transform c(m) =
 * 2/40 sum L(j) cos(pi m (j + 1/2) / 40), m from 0 to 24, so that L(j) is about c(0)/2 + sum c(m)
 * cos(...). Immutable.
 */
public final class MelCepstra {
  /** Coefficients of a frame. */
  public static final int COEFFICIENTS = 25;

  private static final int BANDS = 40;
  private static final double FLOOR = 1e-10; // of a band's power

  private final double[][] frames; // (frames, COEFFICIENTS)
  private final boolean[] speech;

  private MelCepstra(double[][] frames, boolean[] speech) {
    this.frames = frames;
    this.speech = speech;
  }

  /** The cepstra of a recording. */
  public static MelCepstra of(Audio speech) {
    double[][] powers = SpeechFrames.powers(speech);
    double[][] filters = filters();
    double[][] cosines = new double[COEFFICIENTS][BANDS];
    for (int m = 0; m < COEFFICIENTS; m++) {
      for (int j = 0; j < BANDS; j++) {
        cosines[m][j] = 2.0 / BANDS * Math.cos(Math.PI * m * (j + 0.5) / BANDS);
      }
    }
    double[][] frames = new double[powers.length][];
    for (int t = 0; t < frames.length; t++) {
      double[] bands = times(filters, powers[t]);
      for (int j = 0; j < BANDS; j++) {
        bands[j] = 0.5 * Math.log(Math.max(FLOOR, bands[j]));
      }
      frames[t] = times(cosines, bands);
    }
    return new MelCepstra(frames, SpeechFrames.loud(powers));
  }

  /** How many frames there are. */
  public int frames() {
    return frames.length;
  }

  /** A copy of a frame's coefficients 0 to 24. */
  public double[] frame(int frame) {
    return frames[frame].clone();
  }

  /** Whether a frame is within 40 dB of the loudest. */
  public boolean speech(int frame) {
    return speech[frame];
  }

  /**
   * Which frames of two recordings of the same text belong together: {@link TimeWarping} by the
   * Euclidean distance of coefficients 1 to 24.
   *
   * @throws IllegalArgumentException if one is empty or both are too long
   */
  public static WarpingPath align(MelCepstra reference, MelCepstra other) {
    return TimeWarping.align(
        reference.frames(), other.frames(), (i, j) -> distance(reference, i, other, j));
  }

  /** Euclidean, of coefficients 1 to 24. */
  static double distance(MelCepstra a, int i, MelCepstra b, int j) {
    double squares = 0;
    for (int m = 1; m < COEFFICIENTS; m++) {
      double difference = a.frames[i][m] - b.frames[j][m];
      squares += difference * difference;
    }
    return Math.sqrt(squares);
  }

  private static double[][] filters() {
    double top = mel(SpeechFrames.RATE / 2.0);
    double[][] filters = new double[BANDS][SpeechFrames.BINS];
    for (int j = 0; j < BANDS; j++) {
      double sum = 0;
      for (int k = 0; k < SpeechFrames.BINS; k++) {
        double hertz = k * SpeechFrames.RATE / 2.0 / (SpeechFrames.BINS - 1);
        double position = mel(hertz) * (BANDS + 1) / top - j; // 0, 1, 2: edge, centre, edge
        filters[j][k] = Math.max(0, 1 - Math.abs(position - 1));
        sum += filters[j][k];
      }
      for (int k = 0; k < SpeechFrames.BINS; k++) {
        filters[j][k] /= sum;
      }
    }
    return filters;
  }

  private static double mel(double hertz) {
    return 2595 * Math.log10(1 + hertz / 700);
  }

  private static double[] times(double[][] matrix, double[] vector) {
    double[] product = new double[matrix.length];
    for (int row = 0; row < matrix.length; row++) {
      for (int i = 0; i < vector.length; i++) {
        product[row] += matrix[row][i] * vector[i];
      }
    }
    return product;
  }
}
