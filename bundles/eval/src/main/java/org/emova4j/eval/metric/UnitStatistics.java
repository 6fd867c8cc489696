package org.emova4j.eval.metric;

import java.util.Collection;
import java.util.stream.IntStream;
import org.emova4j.api.unit.Codebook;

/**
 * How a tokenizer uses its codebook. Raw: a unit for each frame; reduced: runs of one unit are one.
 *
 * @param recordings that were counted
 * @param units of all recordings, raw
 * @param reducedUnits of all recordings, reduced
 * @param usedEntries different units that occur
 * @param codebookUse {@code usedEntries} of the codebook's size, 0..1
 * @param entropyBits of the raw units' distribution (order 0, maximum likelihood), in bits
 * @param perplexity 2 to the power of the entropy: 1 to the codebook's size
 * @param unitsPerSecond raw
 * @param reducedUnitsPerSecond reduced
 * @param bitsPerSecond raw units per second times log2 of the codebook's size
 * @param reducedBitsPerSecond reduced units per second times log2 of the codebook's size
 * @param entropyBitsPerSecond raw units per second times the entropy: what an ideal code of order 0
 *     needs
 */
public record UnitStatistics(
    int recordings,
    long units,
    long reducedUnits,
    int usedEntries,
    double codebookUse,
    double entropyBits,
    double perplexity,
    double unitsPerSecond,
    double reducedUnitsPerSecond,
    double bitsPerSecond,
    double reducedBitsPerSecond,
    double entropyBitsPerSecond) {

  /**
   * @param codebook of all recordings
   * @param recordings a unit for each frame of each recording
   * @param seconds of all recordings together, positive
   * @throws IllegalArgumentException if a unit isn't of the codebook
   */
  public static UnitStatistics of(Codebook codebook, Collection<int[]> recordings, double seconds) {
    if (!(seconds > 0) || !Double.isFinite(seconds)) {
      throw new IllegalArgumentException("%s seconds are not positive".formatted(seconds));
    }
    long[] counts = new long[codebook.size()];
    long units = 0;
    long reduced = 0;
    for (int[] recording : recordings) {
      for (int unit : recording) {
        counts[checked(unit, codebook.size())]++;
      }
      units += recording.length;
      reduced += reduced(recording).length;
    }
    double entropy = 0;
    int used = 0;
    for (long count : counts) {
      double part = (double) count / units;
      entropy -= count == 0 ? 0 : part * log2(part);
      used += count == 0 ? 0 : 1;
    }
    double bits = log2(codebook.size());
    return new UnitStatistics(
        recordings.size(),
        units,
        reduced,
        used,
        (double) used / codebook.size(),
        entropy,
        Math.pow(2, entropy),
        units / seconds,
        reduced / seconds,
        units / seconds * bits,
        reduced / seconds * bits,
        units / seconds * entropy);
  }

  /** Runs of one unit as one: 7 7 7 3 3 7 becomes 7 3 7. */
  public static int[] reduced(int[] units) {
    return IntStream.range(0, units.length)
        .filter(t -> t == 0 || units[t] != units[t - 1])
        .map(t -> units[t])
        .toArray();
  }

  /**
   * The unit.
   *
   * @throws IllegalArgumentException unless it is of a codebook of that size
   */
  static int checked(int unit, int codebookSize) {
    if (unit < 0 || unit >= codebookSize) {
      throw new IllegalArgumentException(
          "unit %d is outside a codebook of size %d".formatted(unit, codebookSize));
    }
    return unit;
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
