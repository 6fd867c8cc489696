package org.emova4j.shell.internal;

import org.emova4j.api.style.Style;

/** A style as words of a command line: {@code speaker=female emotion=happy pitch=-2}. */
final class StyleArguments {
  private StyleArguments() {}

  /**
   * @throws IllegalArgumentException if a word is not {@code name=value} with a known name, or a
   *     number is outside its limits
   */
  static Style parse(String... words) {
    Style style = Style.DEFAULT;
    for (String word : words) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      String value = word.substring(equals + 1);
      style =
          switch (equals < 1 ? "" : name) {
            case "speaker" -> style.withSpeaker(value);
            case "emotion" -> style.withEmotion(value);
            case "intensity" -> style.withIntensity(number(name, value));
            case "pitch" -> style.withPitch(Style.Level.parse(value));
            case "speed" -> style.withSpeed(Style.Level.parse(value));
            default ->
                throw new IllegalArgumentException(
                    "\"%s\" is none of speaker=, emotion=, intensity=, pitch=, speed="
                        .formatted(word));
          };
    }
    return style;
  }

  private static double number(String name, String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("%s \"%s\" is no number".formatted(name, value), e);
    }
  }
}
