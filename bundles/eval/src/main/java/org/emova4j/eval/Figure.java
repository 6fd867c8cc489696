package org.emova4j.eval;

/**
 * One figure with its 95 % interval.
 *
 * @param subject whose, e.g. {@code lite}
 * @param section e.g. {@code tokenizer}
 * @param name for programs, unique for its subject, e.g. {@code pnmi}
 * @param label for people
 * @param unit of the value; empty for pure numbers
 * @param better which way it is better
 * @param value the figure
 * @param low end of the interval; NaN where there is none
 * @param high end of the interval; NaN where there is none
 * @param items of how many recordings (or pairs, trials) it is
 * @param clusters of how many speakers these are, or of how many recordings if they are of one
 * @param interval how it was found: {@code bootstrap}, {@code jackknife}, {@code range} (of runs)
 *     or {@code none}
 */
public record Figure(
    String subject,
    String section,
    String name,
    String label,
    String unit,
    Better better,
    double value,
    double low,
    double high,
    int items,
    int clusters,
    String interval) {}
