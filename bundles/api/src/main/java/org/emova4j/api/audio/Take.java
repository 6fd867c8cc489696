package org.emova4j.api.audio;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Sound that is to be finished, and where it comes from.
 *
 * @param sides one sound, or the left and the right one, of one sample rate
 * @param source the media file that it was made from, whose metadata, chapters and pictures are
 *     taken; empty where there is none
 * @param sourceLength length of the source's sound: chapters move by as much as {@code sides} are
 *     longer or shorter
 */
public record Take(List<Audio> sides, Optional<Path> source, Duration sourceLength) {
  public Take {
    sides = List.copyOf(sides);
    requireNonNull(source, "source");
    requireNonNull(sourceLength, "sourceLength");
    if (sides.isEmpty() || sides.size() > 2) {
      throw new IllegalArgumentException("%d sides are outside 1..2".formatted(sides.size()));
    }
    if (sides.get(0).sampleRate() != sides.get(sides.size() - 1).sampleRate()) {
      throw new IllegalArgumentException("sides of two sample rates");
    }
  }
}
