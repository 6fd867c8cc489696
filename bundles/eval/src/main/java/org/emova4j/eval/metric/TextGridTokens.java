package org.emova4j.eval.metric;

/** The strings, numbers and flags of a TextGrid, one after the other. Confined to one thread. */
final class TextGridTokens {
  private final String name;
  private final String text;
  private int at;
  private int line = 1;

  TextGridTokens(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /** The next string. What comes before, other than a number or a flag, is comment. */
  String string(String what) throws AlignmentFormatException {
    String token = next(what);
    if (!token.startsWith("\"")) {
      throw error("%s should be a string in quotes, not %s".formatted(what, token));
    }
    return token.substring(1, token.length() - 1).replace("\"\"", "\"");
  }

  double number(String what) throws AlignmentFormatException {
    String token = next(what);
    if (!isNumber(token)) {
      throw error("%s should be a number, not %s".formatted(what, token));
    }
    return Double.parseDouble(token);
  }

  int count(String what) throws AlignmentFormatException {
    double number = number(what);
    // each entry takes more than one character
    if (!(number >= 0 && number <= text.length()) || number != Math.rint(number)) {
      throw error("%s is %s".formatted(what, number));
    }
    return (int) number;
  }

  String flag(String what) throws AlignmentFormatException {
    String token = next(what);
    if (!token.startsWith("<")) {
      throw error("%s should be a flag such as <exists>, not %s".formatted(what, token));
    }
    return token.substring(1, token.length() - 1);
  }

  AlignmentFormatException error(String message) {
    return new AlignmentFormatException("%s, line %d: %s".formatted(name, line, message));
  }

  private String next(String what) throws AlignmentFormatException {
    while (true) {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        advance();
      }
      if (at == text.length()) {
        throw error("the file ends before " + what);
      }
      int start = at;
      if (text.charAt(at) == '"') {
        skipString();
        return text.substring(start, at);
      }
      if (text.charAt(at) == '!') {
        while (at < text.length() && text.charAt(at) != '\n') {
          advance();
        }
        continue;
      }
      while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
        advance();
      }
      String word = text.substring(start, at);
      boolean flag = word.length() > 2 && word.startsWith("<") && word.endsWith(">");
      if (flag || isNumber(word)) {
        return word;
      }
    }
  }

  private void skipString() throws AlignmentFormatException {
    int startLine = line;
    advance();
    while (true) {
      int end = text.indexOf('"', at);
      if (end < 0) {
        line = startLine;
        throw error("a string without end");
      }
      while (at <= end) {
        advance();
      }
      if (at == text.length() || text.charAt(at) != '"') {
        return;
      }
      advance(); // a doubled quote is one within
    }
  }

  private void advance() {
    if (text.charAt(at++) == '\n') {
      line++;
    }
  }

  private static boolean isNumber(String word) {
    char first = word.charAt(0);
    if (first != '-' && first != '+' && first != '.' && (first < '0' || first > '9')) {
      return false;
    }
    char last = word.charAt(word.length() - 1);
    try {
      // Java would also take 1d and 1f
      boolean digit = (last >= '0' && last <= '9') || last == '.';
      return digit && Double.isFinite(Double.parseDouble(word));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
