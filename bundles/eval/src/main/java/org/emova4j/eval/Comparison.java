package org.emova4j.eval;

/**
 * A paired difference: of the same recordings, second minus first.
 *
 * @param first subject
 * @param second subject
 * @param section of both figures
 * @param name of both figures
 * @param label for people
 * @param unit of the difference
 * @param value second minus first
 * @param low end of the 95 % interval; NaN where there is none
 * @param high end of the 95 % interval; NaN where there is none
 * @param items how many pairs
 * @param clusters of how many speakers
 * @param verdict what it means
 */
public record Comparison(
    String first,
    String second,
    String section,
    String name,
    String label,
    String unit,
    double value,
    double low,
    double high,
    int items,
    int clusters,
    Verdict verdict) {
  /** What a difference means. */
  public enum Verdict {
    /** The interval holds 0, or there is none: it may be chance. */
    NOISE,
    /** The second is better. */
    BETTER,
    /** The second is worse. */
    WORSE,
    /** The second is otherwise, which is neither better nor worse. */
    DIFFERENT;

    /** As it is printed. */
    public String id() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
