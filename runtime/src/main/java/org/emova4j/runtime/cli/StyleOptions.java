package org.emova4j.runtime.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import picocli.CommandLine.Option;

/** How it is to be said: by labels, or like a recording. */
final class StyleOptions extends LabelOptions {
  @Option(
      names = "--style-from",
      paramLabel = "FILE",
      description = "Take voice and manner from this recording; the options above adjust them.")
  Path reference;

  /**
   * @throws UsageException if a label is not of the catalogue; lists those that are
   */
  static void requireKnown(Style style, StyleCatalogue catalogue) {
    style.speaker().ifPresent(s -> requireKnown("speaker", s, catalogue.speakers()));
    style.emotion().ifPresent(e -> requireKnown("emotion", e, catalogue.emotions()));
    requireKnownLevel("pitch", style.pitch(), catalogue.pitches(), catalogue.continuous());
    requireKnownLevel("speed", style.speed(), catalogue.speeds(), catalogue.continuous());
    if (style.intensity().isPresent() && !catalogue.continuous()) {
      throw new UsageException("this style module knows no --intensity");
    }
  }

  private static void requireKnownLevel(
      String what, Optional<Style.Level> level, List<String> known, boolean continuous) {
    if (level.orElse(null) instanceof Style.Label label) {
      requireKnown(what, label.name(), known);
    } else if (level.isPresent() && !continuous) {
      throw new UsageException(
          "this style module knows no numbers for %s; known: %s"
              .formatted(what, String.join(", ", known)));
    }
  }

  private static void requireKnown(String what, String label, List<String> known) {
    if (!known.contains(label)) {
      throw new UsageException(
          "unknown %s \"%s\"; known: %s".formatted(what, label, String.join(", ", known)));
    }
  }
}
