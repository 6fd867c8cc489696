package org.emova4j.eval.metric;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Labels of a recording over time: they follow one another, with or without gaps. Immutable.
 *
 * @param name e.g. {@code phones}
 * @param segments by time, none overlapping another
 */
public record Tier(String name, List<Segment> segments) {
  public Tier {
    requireNonNull(name, "name");
    segments = List.copyOf(segments);
    for (int i = 1; i < segments.size(); i++) {
      if (segments.get(i).startSeconds() < segments.get(i - 1).endSeconds()) {
        throw new IllegalArgumentException(
            "tier \"%s\": %s begins before %s ends"
                .formatted(name, segments.get(i), segments.get(i - 1)));
      }
    }
  }

  /** The segment that holds a point in time; ends belong to what follows. */
  public Optional<Segment> at(double seconds) {
    int low = 0;
    int high = segments.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Segment segment = segments.get(middle);
      if (seconds < segment.startSeconds()) {
        high = middle - 1;
      } else if (seconds >= segment.endSeconds()) {
        low = middle + 1;
      } else {
        return Optional.of(segment);
      }
    }
    return Optional.empty();
  }

  /**
   * The label at the middle of each frame; empty where there is none.
   *
   * @param frames how many
   * @param frameSeconds what one lasts, e.g. a unit's duration
   */
  public List<String> labels(int frames, double frameSeconds) {
    List<String> labels = new ArrayList<>(frames);
    for (int t = 0; t < frames; t++) {
      labels.add(at((t + 0.5) * frameSeconds).map(Segment::label).orElse(""));
    }
    return labels;
  }
}
