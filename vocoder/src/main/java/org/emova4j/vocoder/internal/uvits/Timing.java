package org.emova4j.vocoder.internal.uvits;

import org.emova4j.api.speech.InferenceFailedException;

/** How many frames each unit lasts. */
final class Timing {
  private Timing() {}

  /**
   * Durations as the network wants them, rounded up as the reference does.
   *
   * @param logDurations natural logarithms of numbers of frames
   * @param scale factor of durations: 2 is half as fast
   * @param most frames of the whole sound, a limit
   * @throws InferenceFailedException if a duration is no number, or their sum is over the limit
   */
  static int[] predicted(float[] logDurations, float scale, int most)
      throws InferenceFailedException {
    int[] frames = new int[logDurations.length];
    double sum = 0;
    for (int i = 0; i < frames.length; i++) {
      double duration = Math.ceil((float) Math.exp(logDurations[i]) * scale);
      sum += duration;
      if (!(sum <= most)) {
        throw new InferenceFailedException(
            "the network wants unit %d to last %.0f frames, %.0f in all so far; the limit is %d"
                .formatted(i, duration, sum, most));
      }
      frames[i] = (int) duration;
    }
    return frames;
  }

  /**
   * Durations that were given: each unit ends at the frame that is nearest to its end, the last one
   * not before it.
   *
   * @param runs lengths in units of time
   * @param framesPerRun frames in such a unit
   * @return at most one frame more in all than was given
   */
  static int[] imposed(int[] runs, double framesPerRun) {
    int[] frames = new int[runs.length];
    long sum = 0;
    int reached = 0;
    for (int i = 0; i < runs.length; i++) {
      sum += runs[i];
      double end = sum * framesPerRun;
      int frame = (int) (i == runs.length - 1 ? Math.ceil(end - 1e-6) : Math.round(end));
      frames[i] = frame - reached;
      reached = frame;
    }
    return frames;
  }

  /** All frames; at least one, as in the reference. */
  static int sum(int[] frames) {
    int sum = 0;
    for (int count : frames) {
      sum += count;
    }
    return Math.max(1, sum);
  }
}
