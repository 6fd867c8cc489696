package org.emova4j.eval.metric;

import java.util.Collection;
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
    return Later.yet();
  }

  /** Runs of one unit as one: 7 7 7 3 3 7 becomes 7 3 7. */
  public static int[] reduced(int[] units) {
    return Later.yet();
  }
}
