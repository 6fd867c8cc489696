package org.emova4j.eval.metric;

/**
 * How much two F0 tracks are alike.
 *
 * @param frames that were compared
 * @param bothVoiced frames that are voiced in both; the correlation and the errors are over these
 * @param correlation Pearson's, of hertz, -1..1; NaN with fewer than 2 frames or a constant track
 * @param rmseHertz root mean square of the differences, in hertz
 * @param rmseCents the same of the intervals, in cents
 * @param medianCents median size of the intervals of frames without gross error, in cents ("fine
 *     error")
 * @param grossErrorRatio the part of them that are off by more than 20 % of the reference, 0..1
 * @param voicingErrorRatio the part of all frames that only one of them calls voiced, 0..1
 */
public record F0Comparison(
    int frames,
    int bothVoiced,
    double correlation,
    double rmseHertz,
    double rmseCents,
    double medianCents,
    double grossErrorRatio,
    double voicingErrorRatio) {

  /**
   * Frame by frame at the same time; what only the longer one has is left out.
   *
   * @throws IllegalArgumentException unless both have the same step
   */
  public static F0Comparison atSameTime(F0Track reference, F0Track other) {
    return Later.yet();
  }

  /**
   * Along a path, for recordings that differ in tempo.
   *
   * @param path whose frames have the tracks' step, e.g. {@link MelCepstra#align}; pairs beyond a
   *     track's end are left out
   * @throws IllegalArgumentException unless both have the same step
   */
  public static F0Comparison along(WarpingPath path, F0Track reference, F0Track other) {
    return Later.yet();
  }
}
