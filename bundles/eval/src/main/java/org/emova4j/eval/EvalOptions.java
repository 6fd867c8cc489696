package org.emova4j.eval;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.emova4j.eval.metric.Bootstrap;

/**
 * What is measured and how.
 *
 * @param sections what is measured
 * @param disturbances that units are to survive
 * @param jobs recordings at a time, 1 to 1024
 * @param longest recordings that last longer are left out: alignment takes their square in memory
 * @param styleItems recordings that each style control is tried on, 1 to 10,000
 * @param bootstrap for intervals
 */
public record EvalOptions(
    Set<Section> sections,
    Set<Disturbance> disturbances,
    int jobs,
    Duration longest,
    int styleItems,
    Bootstrap bootstrap) {
  /** Most recordings at a time. */
  public static final int MAX_JOBS = 1024;

  /** Longest recording that can be measured. */
  public static final Duration MAX_LENGTH = Duration.ofMinutes(2);

  /** What can be measured. */
  public enum Section {
    /** Units: how many, how well they tell phones, what they tell of the speaker. */
    TOKENIZER,
    /** Recordings that are spoken again in their own style. */
    RESYNTHESIS,
    /** What style controls do. */
    STYLE;

    /** As users write it. */
    public String id() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public EvalOptions {
    sections = Set.copyOf(sections);
    disturbances = Set.copyOf(disturbances);
    check("jobs", jobs, MAX_JOBS);
    check("styleItems", styleItems, 10_000);
    if (longest.isNegative() || longest.isZero() || longest.compareTo(MAX_LENGTH) > 0) {
      throw new IllegalArgumentException(
          "longest recording of %d s is outside 1..%d s"
              .formatted(longest.toSeconds(), MAX_LENGTH.toSeconds()));
    }
  }

  private static void check(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException("%s %d is outside 1..%d".formatted(name, value, most));
    }
  }

  /** Everything, one recording at a time. */
  public static EvalOptions standard() {
    return new EvalOptions(
        EnumSet.allOf(Section.class),
        EnumSet.allOf(Disturbance.class),
        1,
        Duration.ofSeconds(30),
        8,
        Bootstrap.DEFAULT);
  }
}
