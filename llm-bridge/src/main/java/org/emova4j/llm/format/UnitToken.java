package org.emova4j.llm.format;

/** Finds {@code <|speech_12|>} in characters that may not all be there yet. */
final class UnitToken {
  /** There is no unit here. */
  static final int NONE = -1;

  /** It may be one, when more has come. */
  static final int MORE = 0;

  private static final String BEGIN = "<|speech_";
  private static final String END = "|>";
  private static final int MAX_DIGITS = 4;

  private UnitToken() {}

  /**
   * @return the token's length, or {@link #NONE} or {@link #MORE}
   */
  static int match(CharSequence text, int position) {
    int i = position;
    for (int k = 0; k < BEGIN.length(); k++, i++) {
      if (i == text.length()) {
        return MORE;
      }
      if (text.charAt(i) != BEGIN.charAt(k)) {
        return NONE;
      }
    }
    int digits = 0;
    while (i < text.length() && digits < MAX_DIGITS && isDigit(text.charAt(i))) {
      digits++;
      i++;
    }
    if (i == text.length()) {
      return MORE;
    }
    if (digits == 0) {
      return NONE;
    }
    for (int k = 0; k < END.length(); k++, i++) {
      if (i == text.length()) {
        return MORE;
      }
      if (text.charAt(i) != END.charAt(k)) {
        return NONE;
      }
    }
    return i - position;
  }

  /** The id of a token that {@link #match} found. */
  static int id(CharSequence text, int position, int length) {
    int id = 0;
    for (int i = position + BEGIN.length(); i < position + length - END.length(); i++) {
      id = id * 10 + (text.charAt(i) - '0');
    }
    return id;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
