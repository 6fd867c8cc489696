package org.emova4j.llm.format;

/**
 * Text of one field, on its way from characters to deltas: without white space at either end, with
 * the halves of a surrogate pair kept together, and single halves replaced.
 */
final class TextFlow {
  private static final char REPLACEMENT = '\uFFFD';

  private final StringBuilder text = new StringBuilder();
  private char high; // waits for its low surrogate; 0: none
  private boolean begun;

  void append(char c) {
    if (high != 0) {
      if (Character.isLowSurrogate(c)) {
        text.append(high).append(c);
        begun = true;
        high = 0;
        return;
      }
      text.append(REPLACEMENT);
      begun = true;
      high = 0;
    }
    if (Character.isHighSurrogate(c)) {
      high = c;
      return;
    }
    if (!begun && Character.isWhitespace(c)) {
      return;
    }
    begun = true;
    text.append(Character.isLowSurrogate(c) ? REPLACEMENT : c);
  }

  void append(CharSequence characters) {
    for (int i = 0; i < characters.length(); i++) {
      append(characters.charAt(i));
    }
  }

  /** Whether anything but white space came. */
  boolean begun() {
    return begun || high != 0;
  }

  /** What came since the last call; white space at its end waits for what follows. */
  String drain() {
    int end = text.length();
    while (end > 0 && Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    String delta = text.substring(0, end);
    text.delete(0, end);
    return delta;
  }

  /** The rest, when nothing more will come. */
  String finish() {
    if (high != 0) {
      text.append(REPLACEMENT);
      high = 0;
    }
    return drain();
  }
}
