package org.emova4j.llm.format;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys of EMOVA's structured answer, in the order in which it writes them. */
enum Field {
  QUESTION_TEXT,
  QUESTION_EMOTION,
  QUESTION_PITCH,
  ANSWER_TEXT,
  ANSWER_EMOTION,
  ANSWER_PITCH,
  ANSWER_SPEED,
  SPEECH;

  private static final Pattern SEPARATORS = Pattern.compile("[\\s_-]+");

  /** As the model writes it. */
  String key() {
    return switch (this) {
      case QUESTION_TEXT -> "user question text";
      case QUESTION_EMOTION -> "user question emotion";
      case QUESTION_PITCH -> "user question pitch";
      case ANSWER_TEXT -> "assistant response text";
      case ANSWER_EMOTION -> "assistant response emotion";
      case ANSWER_PITCH -> "assistant response pitch";
      case ANSWER_SPEED -> "assistant response speed";
      case SPEECH -> "assistant response speech";
    };
  }

  boolean isOfAnswer() {
    return compareTo(ANSWER_TEXT) >= 0;
  }

  /** Whatever the case, and whatever stands between the words. */
  static Optional<Field> ofKey(String key) {
    String plain = SEPARATORS.matcher(key.strip()).replaceAll(" ").toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(f -> f.key().equals(plain)).findFirst();
  }
}
