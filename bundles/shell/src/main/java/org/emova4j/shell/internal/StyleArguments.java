package org.emova4j.shell.internal;

import java.util.Optional;
import org.emova4j.api.style.Style;

/**
 * A style as words of a command line: {@code speaker=female emotion=happy pitch=-2}, or {@code
 * from=other.wav speed=fast}.
 *
 * @param style labels and amounts
 * @param reference file name of a recording whose style is taken
 */
record StyleArguments(Style style, Optional<String> reference) {
  static final String HELP = "speaker=, emotion=, intensity=, pitch=, speed=, from=";

  /**
   * @throws IllegalArgumentException if a word is not {@code name=value} with a known name, or a
   *     number is outside its limits
   */
  static StyleArguments parse(String... words) {
    Style style = Style.DEFAULT;
    Optional<String> reference = Optional.empty();
    for (String word : words) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      String value = word.substring(equals + 1);
      switch (equals < 1 ? "" : name) {
        case "speaker" -> style = style.withSpeaker(value);
        case "emotion" -> style = style.withEmotion(value);
        case "intensity" -> style = style.withIntensity(number(name, value));
        case "pitch" -> style = style.withPitch(Style.Level.parse(value));
        case "speed" -> style = style.withSpeed(Style.Level.parse(value));
        case "from" -> reference = Optional.of(value);
        default -> throw new IllegalArgumentException("\"%s\" is none of %s".formatted(word, HELP));
      }
    }
    return new StyleArguments(style, reference);
  }

  private static double number(String name, String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("%s \"%s\" is no number".formatted(name, value), e);
    }
  }
}
