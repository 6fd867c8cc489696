package org.emova4j.gateway.internal.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.gateway.internal.http.ApiException;

/** A style, and parts, as fields of a request. */
public final class StyleFields {
  static final Set<String> PARTS = Set.of("tokenizer", "style", "style_module", "vocoder");
  static final Set<String> STYLE = Set.of("speaker", "emotion", "intensity", "pitch", "speed");

  private StyleFields() {}

  /**
   * @throws ApiException names the field, its value and what it may be
   */
  public static Style style(Fields fields) {
    Style style = Style.DEFAULT;
    Optional<String> speaker = fields.text("speaker");
    Optional<String> emotion = fields.text("emotion");
    OptionalDouble intensity = fields.number("intensity", 0, 1);
    Optional<Style.Level> pitch =
        level(fields, "pitch", -Style.MAX_PITCH_SHIFT, Style.MAX_PITCH_SHIFT);
    Optional<Style.Level> speed = level(fields, "speed", 1 / Style.MAX_SPEED, Style.MAX_SPEED);
    style = speaker.map(style::withSpeaker).orElse(style);
    style = emotion.map(style::withEmotion).orElse(style);
    style = intensity.isPresent() ? style.withIntensity(intensity.getAsDouble()) : style;
    style = pitch.map(style::withPitch).orElse(style);
    return speed.map(style::withSpeed).orElse(style);
  }

  private static Optional<Style.Level> level(Fields fields, String name, double min, double max) {
    Optional<Style.Level> level = fields.text(name).map(StyleFields::parsed);
    if (level.orElse(null) instanceof Style.Amount) {
      fields.number(name, min, max);
    }
    return level;
  }

  /** What only looks like a number, as {@code NaN}, is a label, and no catalogue's. */
  private static Style.Level parsed(String text) {
    return text.matches("[+-]?[0-9.]+([eE][+-]?[0-9]+)?")
        ? Style.Level.parse(text)
        : new Style.Label(text);
  }

  public static Parts parts(Fields fields) {
    return new Parts(
        fields.text("tokenizer"),
        fields.text("style").or(() -> fields.text("style_module")),
        fields.text("vocoder"));
  }

  /**
   * Whether a style is one of a catalogue.
   *
   * @param speakerField what the request calls the speaker
   * @throws ApiException names the field, the label and those that there are
   */
  static void check(Style style, StyleCatalogue catalogue, String speakerField) {
    style.speaker().ifPresent(s -> requireKnown(speakerField, s, catalogue.speakers()));
    style.emotion().ifPresent(e -> requireKnown("emotion", e, catalogue.emotions()));
    style.pitch().ifPresent(p -> requireKnown("pitch", p, catalogue.pitches(), catalogue));
    style.speed().ifPresent(s -> requireKnown("speed", s, catalogue.speeds(), catalogue));
    if (style.intensity().isPresent() && !catalogue.intensity()) {
      throw ApiException.invalid("intensity", "this style module knows no intensity");
    }
  }

  private static void requireKnown(
      String field, Style.Level level, List<String> known, StyleCatalogue catalogue) {
    if (level instanceof Style.Label label) {
      requireKnown(field, label.name(), known);
    } else if (!catalogue.continuous()) {
      throw ApiException.invalid(
          field,
          "this style module takes no number as %s; known: %s"
              .formatted(field, String.join(", ", known)));
    }
  }

  private static void requireKnown(String field, String label, List<String> known) {
    if (!known.contains(label)) {
      throw ApiException.invalid(
          field, "unknown %s \"%s\"; known: %s".formatted(field, label, String.join(", ", known)));
    }
  }

  /** As replies show it. */
  public static Map<String, Object> toJson(Style style) {
    Map<String, Object> json = new LinkedHashMap<>();
    style.speaker().ifPresent(s -> json.put("speaker", s));
    style.emotion().ifPresent(e -> json.put("emotion", e));
    style.intensity().ifPresent(i -> json.put("intensity", i));
    style.pitch().ifPresent(p -> json.put("pitch", value(p)));
    style.speed().ifPresent(s -> json.put("speed", value(s)));
    return json;
  }

  private static Object value(Style.Level level) {
    return level instanceof Style.Label label ? label.name() : ((Style.Amount) level).value();
  }
}
