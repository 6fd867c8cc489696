package org.emova4j.eval.metric;

import java.util.Collection;
import java.util.List;
import java.util.SortedSet;

/**
 * How often each unit stands for each phone, and what follows: W.-N. Hsu et al., "HuBERT:
 * Self-supervised speech representation learning by masked prediction of hidden units", IEEE/ACM
 * TASLP 29, 2021, section IV-E. Immutable.
 */
public final class UnitPhoneTable {
  private UnitPhoneTable() {}

  /**
   * Counts frames.
   *
   * @param units a unit for each frame, not negative
   * @param phones the phone of each frame
   * @throws IllegalArgumentException if there aren't as many of both, or a unit is negative
   */
  public static UnitPhoneTable of(int[] units, List<String> phones) {
    return Later.yet();
  }

  /** The table of all recordings together. */
  public static UnitPhoneTable sum(Collection<UnitPhoneTable> tables) {
    return Later.yet();
  }

  /** How many frames were counted. */
  public long frames() {
    return Later.yet();
  }

  /** The units that occur, in order. */
  public SortedSet<Integer> units() {
    return Later.yet();
  }

  /** The phones that occur, in order. */
  public SortedSet<String> phones() {
    return Later.yet();
  }

  /** In how many frames the unit stands for the phone. */
  public long count(int unit, String phone) {
    return Later.yet();
  }

  /**
   * Phone-normalised mutual information, I(phone; unit) / H(phone): which part of the uncertainty
   * about the phone the unit takes away, 0..1; NaN with fewer than two phones.
   */
  public double pnmi() {
    return Later.yet();
  }

  /** How likely a frame's phone is its unit's most frequent phone, 0..1; NaN without frames. */
  public double phonePurity() {
    return Later.yet();
  }

  /** How likely a frame's unit is its phone's most frequent unit, 0..1; NaN without frames. */
  public double clusterPurity() {
    return Later.yet();
  }
}
