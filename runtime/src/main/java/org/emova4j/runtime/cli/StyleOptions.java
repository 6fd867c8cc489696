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
      names = "--mix",
      paramLabel = "KEY=LABEL,...:0..1",
      description =
          "Go this far towards a style that differs so: --mix emotion=sad,speaker=male:0.3.")
  String mix;

  @Option(
      names = "--style-from",
      paramLabel = "FILE",
      description = "Take voice and manner from this recording; the options above adjust them.")
  Path reference;

  @Override
  Style style() {
    Style style = super.style();
    return mix == null ? style : Subcommand.checked(() -> mixed(style, mix));
  }

  /** {@code emotion=sad,speaker=male:0.3}: another style that differs so, and how far to go. */
  static Style mixed(Style style, String text) {
    int colon = text.lastIndexOf(':');
    Style other = style;
    try {
      for (String difference : text.substring(0, colon).split(",", -1)) {
        other = with(other, difference);
      }
      return style.mixedWith(other, Double.parseDouble(text.substring(colon + 1)));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new UsageException(
          "--mix \"%s\" is not of the form emotion=sad,speaker=male:0.3".formatted(text));
    }
  }

  private static Style with(Style style, String difference) {
    String key = difference.substring(0, difference.indexOf('='));
    String value = difference.substring(key.length() + 1);
    return switch (key) {
      case "speaker" -> style.withSpeaker(value);
      case "emotion" -> style.withEmotion(value);
      case "intensity" -> style.withIntensity(Double.parseDouble(value));
      case "pitch" -> style.withPitch(Style.Level.parse(value));
      case "speed" -> style.withSpeed(Style.Level.parse(value));
      default ->
          throw new UsageException(
              "--mix knows no \"%s\"; known: speaker, emotion, intensity, pitch, speed"
                  .formatted(key));
    };
  }

  /**
   * @throws UsageException if a label is not of the catalogue; lists those that are
   */
  static void requireKnown(Style style, StyleCatalogue catalogue) {
    style.speaker().ifPresent(s -> requireKnown("speaker", s, catalogue.speakers()));
    style.emotion().ifPresent(e -> requireKnown("emotion", e, catalogue.emotions()));
    requireKnownLevel("pitch", style.pitch(), catalogue.pitches(), catalogue.continuous());
    requireKnownLevel("speed", style.speed(), catalogue.speeds(), catalogue.continuous());
    if (style.intensity().isPresent() && !catalogue.intensity()) {
      throw new UsageException("this style module knows no --intensity");
    }
    style.mix().ifPresent(mix -> requireKnown(mix.other(), catalogue));
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
