package org.emova4j.eval.metric;

import java.util.Arrays;

/**
 * Candidates of each frame, the first of which is unvoiced, and the cheapest path through them
 * (Viterbi). Confined to one thread.
 */
final class F0Path {
  private static final int MOST = 255; // candidates of a frame

  private final F0Settings settings;
  private final double jumpCost; // per octave and step
  private final double voicingCost; // per step
  private final double[][] hertz; // [frame][candidate], 0 is unvoiced
  private final byte[][] cameFrom;
  private int frame = -1;
  private int count;
  private double[] octaves = new double[16];
  private double[] strengths = new double[16];
  private double[] oldOctaves = {};
  private double[] oldScores = {};

  F0Path(F0Settings settings, int frames) {
    this.settings = settings;
    jumpCost = settings.octaveJumpCost() * 0.01 / settings.stepSeconds();
    voicingCost = settings.voicingCost() * 0.01 / settings.stepSeconds();
    hertz = new double[frames][];
    cameFrom = new byte[frames][];
  }

  /**
   * Opens the next frame.
   *
   * @param intensity its peak relative to the recording's, 0 to 1
   */
  void begin(double intensity) {
    frame++;
    double silence = settings.silenceThreshold();
    double quiet = silence == 0 ? 0 : 2 - intensity / silence * (1 + settings.voicingThreshold());
    strengths[0] = settings.voicingThreshold() + Math.max(0, quiet);
    octaves[0] = Double.NEGATIVE_INFINITY;
    count = 1;
  }

  /** Adds a voiced candidate. */
  void add(double frequency, double correlation) {
    if (frequency < settings.floorHertz() || frequency > settings.ceilingHertz() || count > MOST) {
      return;
    }
    if (count == octaves.length) {
      octaves = Arrays.copyOf(octaves, 2 * count);
      strengths = Arrays.copyOf(strengths, 2 * count);
    }
    octaves[count] = log2(frequency);
    double below = log2(settings.ceilingHertz()) - octaves[count];
    strengths[count++] = correlation - settings.octaveCost() * below;
  }

  /** Closes the frame: each candidate finds its best predecessor. */
  void end() {
    double[] scores = new double[count];
    cameFrom[frame] = new byte[count];
    hertz[frame] = new double[count];
    for (int i = 0; i < count; i++) {
      int from = -1;
      double best = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < oldScores.length; j++) {
        double score = oldScores[j] - transition(j, i);
        if (score > best) {
          best = score;
          from = j;
        }
      }
      scores[i] = strengths[i] + (from < 0 ? 0 : best);
      cameFrom[frame][i] = (byte) from;
      hertz[frame][i] = i == 0 ? 0 : Math.pow(2, octaves[i]);
    }
    oldScores = scores;
    oldOctaves = Arrays.copyOf(octaves, count);
  }

  private double transition(int from, int to) {
    if (from == 0 || to == 0) {
      return from == to ? 0 : voicingCost;
    }
    return jumpCost * Math.abs(octaves[to] - oldOctaves[from]);
  }

  /** F0 of each frame along the best path, 0 where unvoiced. */
  double[] best() {
    double[] path = new double[hertz.length];
    int at = 0;
    for (int i = 1; i < oldScores.length; i++) {
      at = oldScores[i] > oldScores[at] ? i : at;
    }
    for (int t = hertz.length - 1; t >= 0; t--) {
      path[t] = hertz[t][at];
      at = cameFrom[t][at] & 0xff;
    }
    return path;
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
