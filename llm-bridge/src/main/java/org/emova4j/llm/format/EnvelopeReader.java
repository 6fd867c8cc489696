package org.emova4j.llm.format;

import java.util.List;
import java.util.Optional;
import org.emova4j.api.chat.ChatEvent;

/**
 * Reads EMOVA's structured answer, a flat JSON object, character by character. What is good JSON is
 * read as such. What is not is read as well as it goes: text before the object, fences, control
 * characters and quotes inside strings, full-width commas, missing or trailing commas, other
 * quotes, a missing tail. An answer without an object is taken for units, or for text.
 */
final class EnvelopeReader implements AnswerReader {
  private enum State {
    /** Before the object. */
    SEEK,
    /** In the object, not in a string. */
    BETWEEN,
    KEY,
    AFTER_KEY,
    BEFORE_VALUE,
    /** In a string that is a value. */
    VALUE,
    /** In a value that is no string. */
    BARE
  }

  private static final int MAX_KEY = 64;
  private static final int NEED_MORE = 0;

  private final StringBuilder input = new StringBuilder();
  private final StringBuilder key = new StringBuilder();
  private final Findings findings;
  private State state = State.SEEK;
  private char closing = '"';
  private Optional<Field> field = Optional.empty();
  private boolean inSpeech; // from the key of the speech on, units count wherever they stand

  EnvelopeReader(int codebookSize) {
    findings = new Findings(codebookSize);
  }

  @Override
  public List<ChatEvent> read(String delta) {
    input.append(delta);
    run(false);
    return findings.take();
  }

  @Override
  public List<ChatEvent> finish(ChatEvent.Finish finish, ChatEvent.Usage usage) {
    run(true);
    if (state == State.VALUE || state == State.BARE) {
      field.ifPresent(findings::endOf);
    }
    findings.finish(state != State.BETWEEN || !findings.closed(), finish, usage);
    return findings.take();
  }

  private void run(boolean end) {
    int position = 0;
    while (position < input.length()) {
      int used = step(position, end);
      if (used == NEED_MORE) {
        break;
      }
      findings.raw(input, position, used);
      position += used;
    }
    input.delete(0, position);
  }

  /** Takes the characters at a position for what they are, and says how many those were. */
  private int step(int i, boolean end) {
    char c = input.charAt(i);
    if (c == '<' && (inSpeech || state == State.SEEK)) {
      int length = UnitToken.match(input, i);
      if (length == UnitToken.MORE && !end) {
        return NEED_MORE;
      }
      if (length > 0) {
        return unit(i, length);
      }
    }
    return switch (state) {
      case SEEK -> seek(c);
      case BETWEEN -> between(c);
      case KEY -> key(i, c, end);
      case AFTER_KEY -> afterKey(i, c, end);
      case BEFORE_VALUE -> beforeValue(c);
      case VALUE -> value(i, c, end);
      case BARE -> bare(i, c, end);
    };
  }

  private int unit(int i, int length) {
    if (state == State.SEEK) {
      findings.unitsWithoutObject();
      inSpeech = true;
    }
    if (state != State.VALUE) {
      state = State.BETWEEN;
    }
    findings.unit(UnitToken.id(input, i, length));
    return length;
  }

  private int seek(char c) {
    if (c == '{') {
      state = State.BETWEEN;
    } else {
      findings.preamble(c);
    }
    return 1;
  }

  private int between(char c) {
    if (Lookahead.isQuote(c)) {
      openKey(c);
    } else if (c == '}') {
      findings.close();
    }
    return 1;
  }

  private void openKey(char quote) {
    closing = Lookahead.closing(quote);
    key.setLength(0);
    state = State.KEY;
  }

  private int key(int i, char c, boolean end) {
    if (c == closing) {
      state = State.AFTER_KEY;
      return 1;
    }
    if (c == '\\') {
      if (i + 1 == input.length()) {
        return end ? 1 : NEED_MORE;
      }
      return keyCharacters(input.charAt(i + 1), 2);
    }
    return keyCharacters(c, 1);
  }

  private int keyCharacters(char c, int used) {
    key.append(c);
    if (key.length() > MAX_KEY) {
      state = State.BETWEEN;
    }
    return used;
  }

  private int afterKey(int i, char c, boolean end) {
    if (Character.isWhitespace(c)) {
      return 1;
    }
    Optional<Field> known = Field.ofKey(key.toString());
    if (Lookahead.isColon(c)) {
      field = known;
      state = State.BEFORE_VALUE;
      if (known.equals(Optional.of(Field.SPEECH))) {
        findings.begin(Field.SPEECH);
        inSpeech = true;
      }
      return 1;
    }
    if (known.isPresent() && Lookahead.isQuote(c)) { // the colon is missing
      field = known;
      return openValue(c);
    }
    // That was no key: where quotes are out of step, what seemed to close it opens the next.
    key.setLength(0);
    state = State.KEY;
    return key(i, c, end);
  }

  private int beforeValue(char c) {
    if (Character.isWhitespace(c) || c == '[') {
      return 1;
    }
    if (c == '{') {
      state = State.BETWEEN;
      return 1;
    }
    if (Lookahead.isQuote(c)) {
      return openValue(c);
    }
    state = State.BARE;
    field.ifPresent(findings::begin);
    return Lookahead.endsBare(c) ? endValue() : bareCharacter(c);
  }

  private int openValue(char quote) {
    closing = Lookahead.closing(quote);
    state = State.VALUE;
    field.ifPresent(findings::begin);
    inSpeech |= field.equals(Optional.of(Field.SPEECH));
    return 1;
  }

  private int endValue() {
    field.ifPresent(findings::endOf);
    field = Optional.empty();
    state = State.BETWEEN;
    return 1;
  }

  private int value(int i, char c, boolean end) {
    if (c == '\\') {
      return escape(i, end);
    }
    if (c == closing) {
      boolean speech = field.equals(Optional.of(Field.SPEECH));
      Lookahead.Answer ends = speech ? Lookahead.Answer.YES : Lookahead.endsValue(input, i + 1);
      if (ends == Lookahead.Answer.MORE && !end) {
        return NEED_MORE;
      }
      if (ends != Lookahead.Answer.NO) {
        return endValue();
      }
    }
    append(c);
    return 1;
  }

  private void append(char c) {
    field.ifPresent(f -> findings.append(f, c));
  }

  private int escape(int i, boolean end) {
    int available = input.length() - i;
    if (available < 2) {
      return end ? 1 : NEED_MORE;
    }
    char kind = input.charAt(i + 1);
    if (kind == 'u') {
      if (available < 6 && !end) {
        return NEED_MORE;
      }
      int code = available < 6 ? -1 : hexadecimal(i + 2);
      if (code >= 0) {
        append((char) code);
        return 6;
      }
      return available < 6 ? available : 2; // broken off, or no number: nothing that can be shown
    }
    append(
        switch (kind) {
          case 'n' -> '\n';
          case 't' -> '\t';
          case 'r' -> '\r';
          case 'b' -> '\b';
          case 'f' -> '\f';
          default -> kind;
        });
    return 2;
  }

  private int hexadecimal(int position) {
    int code = 0;
    for (int k = 0; k < 4; k++) {
      int digit = Character.digit(input.charAt(position + k), 16);
      if (digit < 0) {
        return -1;
      }
      code = code << 4 | digit;
    }
    return code;
  }

  private int bare(int i, char c, boolean end) {
    if (Lookahead.isComma(c)) {
      Lookahead.Answer ends = Lookahead.quoteFollows(input, i + 1);
      if (ends == Lookahead.Answer.MORE && !end) {
        return NEED_MORE;
      }
      return ends == Lookahead.Answer.NO ? bareCharacter(c) : endValue();
    }
    return Lookahead.endsBare(c) || c == closing ? endValue() : bareCharacter(c);
  }

  private int bareCharacter(char c) {
    append(c);
    return 1;
  }
}
