package org.emova4j.llm.format;

/**
 * What characters mean that stand in a row which is almost JSON, judged by what follows them. All
 * questions look at a bounded number of characters.
 */
final class Lookahead {
  enum Answer {
    YES,
    NO,
    /** Depends on characters that are not there yet. */
    MORE
  }

  private static final int MAX_SPACE = 64;
  private static final int MAX_KEY = 64;

  private Lookahead() {}

  static boolean isQuote(char c) {
    return c == '"' || c == '\'' || c == '\u201C';
  }

  /** What closes a string that this opened. */
  static char closing(char quote) {
    return quote == '\u201C' ? '\u201D' : quote;
  }

  static boolean isComma(char c) {
    return c == ',' || c == '\uFF0C';
  }

  static boolean isColon(char c) {
    return c == ':' || c == '\uFF1A';
  }

  static boolean endsBare(char c) {
    return c == '}' || c == ']' || c == '\n' || isComma(c);
  }

  /** Whether the quote before this position closes its value, or stands in it unescaped. */
  static Answer endsValue(CharSequence text, int position) {
    int i = afterSpace(text, position);
    if (i == text.length()) {
      return Answer.MORE;
    }
    char c = text.charAt(i);
    if (c == '}' || c == ']' || c == '`') {
      return Answer.YES;
    }
    if (isComma(c)) {
      i = afterSpace(text, i + 1);
      if (i == text.length()) {
        return Answer.MORE;
      }
      if (text.charAt(i) == '}') {
        return Answer.YES;
      }
    }
    return isQuote(text.charAt(i)) ? isKey(text, i) : Answer.NO;
  }

  /**
   * Whether the quote at this position opens a key: something short, and a colon after it; or a key
   * that is known, where the colon may be missing.
   */
  private static Answer isKey(CharSequence text, int position) {
    char closing = closing(text.charAt(position));
    int i = position + 1;
    while (i < text.length() && i - position <= MAX_KEY && text.charAt(i) != closing) {
      i++;
    }
    if (i == text.length()) {
      return Answer.MORE;
    }
    if (text.charAt(i) != closing) {
      return Answer.NO;
    }
    if (Field.ofKey(text.subSequence(position + 1, i).toString()).isPresent()) {
      return Answer.YES;
    }
    i = afterSpace(text, i + 1);
    return i == text.length() ? Answer.MORE : isColon(text.charAt(i)) ? Answer.YES : Answer.NO;
  }

  /** Whether a string, or the end of the object, comes next. */
  static Answer quoteFollows(CharSequence text, int position) {
    int i = afterSpace(text, position);
    if (i == text.length()) {
      return Answer.MORE;
    }
    return isQuote(text.charAt(i)) || text.charAt(i) == '}' ? Answer.YES : Answer.NO;
  }

  private static int afterSpace(CharSequence text, int position) {
    int i = position;
    while (i < text.length()
        && i - position < MAX_SPACE
        && Character.isWhitespace(text.charAt(i))) {
      i++;
    }
    return i;
  }
}
