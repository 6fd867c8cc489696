package org.emova4j.gateway.internal.api;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;

/**
 * Finds a style in words such as <i>speak slowly, in a sad and low voice</i>: the catalogue's
 * labels, and words near to them. What is not understood is passed over; the reply says what was.
 */
final class Instructions {
  // Beginnings of words, so that "cheerfully" is found by "cheer".
  private static final Map<String, List<String>> EMOTIONS =
      Map.of(
          "happy", List.of("happ", "cheer", "joy", "glad", "excite", "upbeat", "delight"),
          "sad", List.of("sad", "sorrow", "gloom", "melanchol", "mourn", "depress"),
          "angry", List.of("angr", "furious", "mad", "irritat", "annoy"),
          "fearful", List.of("fear", "afraid", "scared", "anxious", "nervous", "frighten"),
          "disgusted", List.of("disgust", "revolt"),
          "surprised", List.of("surpris", "astonish", "amaze"),
          "neutral", List.of("neutral", "calm", "matter-of-fact", "flat"));
  private static final Map<String, List<String>> PITCHES =
      Map.of("high", List.of("high"), "low", List.of("low", "deep"));
  private static final Map<String, List<String>> SPEEDS =
      Map.of(
          "slow", List.of("slow", "leisure", "unhurried"),
          "fast", List.of("fast", "quick", "rapid", "hurried", "brisk"));

  private Instructions() {}

  /** A style with what the instructions say, where it says nothing itself. */
  static Style apply(Style style, String instructions, StyleCatalogue catalogue) {
    List<String> words = List.of(instructions.toLowerCase(Locale.ROOT).split("[^\\p{L}-]+"));
    Style result = style;
    if (style.emotion().isEmpty()) {
      Optional<String> emotion = first(words, EMOTIONS, catalogue.emotions());
      result = emotion.map(result::withEmotion).orElse(result);
    }
    if (style.pitch().isEmpty()) {
      Optional<String> pitch = first(words, PITCHES, catalogue.pitches());
      result = pitch.map(Style.Label::new).map(result::withPitch).orElse(result);
    }
    if (style.speed().isEmpty()) {
      Optional<String> speed = first(words, SPEEDS, catalogue.speeds());
      result = speed.map(Style.Label::new).map(result::withSpeed).orElse(result);
    }
    return result;
  }

  private static Optional<String> first(
      List<String> words, Map<String, List<String>> synonyms, List<String> labels) {
    return words.stream()
        .flatMap(word -> labels.stream().filter(label -> means(word, label, synonyms)))
        .findFirst();
  }

  private static boolean means(String word, String label, Map<String, List<String>> synonyms) {
    return word.equals(label)
        || synonyms.getOrDefault(label, List.of()).stream().anyMatch(word::startsWith);
  }
}
