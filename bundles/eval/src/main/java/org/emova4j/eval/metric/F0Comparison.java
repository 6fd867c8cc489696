package org.emova4j.eval.metric;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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

  private static final double GROSS = 0.2;

  /**
   * Frame by frame at the same time; what only the longer one has is left out.
   *
   * @throws IllegalArgumentException unless both have the same step
   */
  public static F0Comparison atSameTime(F0Track reference, F0Track other) {
    int frames = Math.min(reference.length(), other.length());
    return of(
        reference, other, IntStream.range(0, frames).mapToObj(t -> new int[] {t, t}).toList());
  }

  /**
   * Along a path, for recordings that differ in tempo.
   *
   * @param path whose frames have the tracks' step, e.g. {@link MelCepstra#align}; pairs beyond a
   *     track's end are left out
   * @throws IllegalArgumentException unless both have the same step
   */
  public static F0Comparison along(WarpingPath path, F0Track reference, F0Track other) {
    List<int[]> pairs =
        IntStream.range(0, path.length())
            .mapToObj(p -> new int[] {path.first(p), path.second(p)})
            .filter(p -> p[0] < reference.length() && p[1] < other.length())
            .toList();
    return of(reference, other, pairs);
  }

  private static F0Comparison of(F0Track reference, F0Track other, List<int[]> pairs) {
    if (Math.abs(reference.stepSeconds() - other.stepSeconds()) > 1e-9) {
      throw new IllegalArgumentException(
          "steps of %s and %s s".formatted(reference.stepSeconds(), other.stepSeconds()));
    }
    List<int[]> voiced =
        pairs.stream().filter(p -> reference.voiced(p[0]) && other.voiced(p[1])).toList();
    long disagree =
        pairs.stream().filter(p -> reference.voiced(p[0]) != other.voiced(p[1])).count();
    double[] x = voiced.stream().mapToDouble(p -> reference.hertz(p[0])).toArray();
    double[] y = voiced.stream().mapToDouble(p -> other.hertz(p[1])).toArray();
    double[] hertz = new double[x.length];
    double[] cents = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      hertz[i] = y[i] - x[i];
      cents[i] = 100 * EffectSize.semitones(x[i], y[i]);
    }
    double[] fine =
        IntStream.range(0, x.length)
            .filter(i -> Math.abs(hertz[i]) <= GROSS * x[i])
            .mapToDouble(i -> Math.abs(cents[i]))
            .sorted()
            .toArray();
    return new F0Comparison(
        pairs.size(),
        x.length,
        Correlation.pearson(x, y),
        rootMeanSquare(hertz),
        rootMeanSquare(cents),
        Sorted.median(fine),
        (double) (x.length - fine.length) / x.length,
        (double) disagree / pairs.size());
  }

  private static double rootMeanSquare(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(v -> v * v).average().orElse(Double.NaN));
  }
}
