package org.emova4j.qwen.internal;

import java.util.Arrays;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.TextTokenizer;

/** Tokens to text, whole characters only: one may be spread over several tokens. */
final class TextStream {
  private static final char INCOMPLETE = '\uFFFD';
  private static final int MAX_HELD = 4; // bytes of a character in UTF-8

  private final TextTokenizer tokenizer;
  private long[] held = new long[0];

  TextStream(TextTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** What is complete with this token; special tokens are no text. */
  String add(int id) throws ModelUnavailableException {
    held = Arrays.copyOf(held, held.length + 1);
    held[held.length - 1] = id;
    String text = tokenizer.decode(held, true);
    if (!text.isEmpty() && text.charAt(text.length() - 1) == INCOMPLETE && held.length < MAX_HELD) {
      return "";
    }
    held = new long[0];
    return text;
  }

  /** What was held back. */
  String rest() throws ModelUnavailableException {
    String text = held.length == 0 ? "" : tokenizer.decode(held, true);
    held = new long[0];
    return text;
  }
}
