package org.emova4j.engine.dsp;

/** Candidates of each frame, and the cheapest path through them (Viterbi). */
final class PitchPath {
  private static final int MOST = 15; // candidates of a frame, the unvoiced one among them

  private final PitchSettings settings;
  private final float[][] hertz; // [frame][candidate], the first of which is unvoiced
  private final byte[][] cameFrom;
  private final double ceilingOctave;
  private int frame = -1;
  private int count;
  private double[] candidates = new double[MOST];
  private double[] octaves = new double[MOST]; // base-two logarithm of hertz
  private double[] strengths = new double[MOST];
  private double[] scores = new double[MOST]; // of the best path that ends here
  private double[] oldOctaves = new double[MOST];
  private double[] oldScores = new double[MOST];
  private int oldCount;

  PitchPath(PitchSettings settings, int frames) {
    this.settings = settings;
    hertz = new float[frames][];
    cameFrom = new byte[frames][];
    ceilingOctave = log2(settings.ceiling());
  }

  /**
   * Opens the next frame.
   *
   * @param intensity its peak relative to the recording's, 0 to 1
   */
  void begin(double intensity) {
    frame++;
    double loudness = intensity * (1 + settings.voicing()) / settings.silence();
    strengths[0] = settings.voicing() + Math.max(0, 2 - loudness);
    candidates[0] = 0;
    octaves[0] = 0;
    count = 1;
  }

  /** Adds a voiced candidate; where there are too many, the weakest goes. */
  void add(double frequency, double correlation) {
    if (frequency < settings.floor() || frequency > settings.ceiling()) {
      return;
    }
    double octave = log2(frequency);
    double strength = correlation - settings.octave() * (ceilingOctave - octave);
    int place = count;
    if (count < MOST) {
      count++;
    } else {
      place = 1;
      for (int i = 2; i < count; i++) {
        place = strengths[i] < strengths[place] ? i : place;
      }
      if (strengths[place] >= strength) {
        return;
      }
    }
    candidates[place] = frequency;
    octaves[place] = octave;
    strengths[place] = strength;
  }

  /** Closes the frame: each candidate finds its best predecessor. */
  void end() {
    byte[] from = new byte[count];
    for (int i = 0; i < count; i++) {
      double best = 0;
      for (int j = 0; j < oldCount; j++) {
        double score = oldScores[j] - transition(i, j);
        if (j == 0 || score > best) {
          best = score;
          from[i] = (byte) j;
        }
      }
      scores[i] = best + strengths[i];
    }
    cameFrom[frame] = from;
    hertz[frame] = new float[count];
    for (int i = 0; i < count; i++) {
      hertz[frame][i] = (float) candidates[i];
    }
    double[] spare = oldScores;
    oldScores = scores;
    scores = spare;
    spare = oldOctaves;
    oldOctaves = octaves;
    octaves = spare;
    oldCount = count;
  }

  private double transition(int to, int from) {
    if (to == 0 || from == 0) {
      return to == from ? 0 : settings.voicingChange();
    }
    return settings.octaveJump() * Math.abs(octaves[to] - oldOctaves[from]);
  }

  /** F0 of each frame along the best path, 0 where unvoiced. */
  float[] best() {
    float[] path = new float[hertz.length];
    int at = 0;
    for (int i = 1; i < oldCount; i++) {
      at = oldScores[i] > oldScores[at] ? i : at;
    }
    for (int t = hertz.length - 1; t >= 0; t--) {
      path[t] = hertz[t][at];
      at = cameFrom[t][at];
    }
    return path;
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
