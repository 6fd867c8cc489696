package org.emova4j.llm.internal;

/**
 * About how many tokens a text takes in a byte-pair vocabulary of Qwen2's kind, rather too many
 * than too few: a word is a token for each five letters, a digit, a sign and an ideograph is one.
 */
final class TokenEstimate {
  private static final int LETTERS_PER_TOKEN = 5;

  private TokenEstimate() {}

  static int of(String text) {
    int tokens = 0;
    int word = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c < 0x250 && Character.isLetter(c)) {
        if (word % LETTERS_PER_TOKEN == 0) {
          tokens++;
        }
        word++;
      } else {
        word = 0;
        tokens += c == ' ' ? 0 : 1; // a space belongs to the word behind it
      }
    }
    return tokens;
  }
}
