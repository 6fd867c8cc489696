package org.emova4j.llm.internal;

import java.util.Optional;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;

/**
 * The data of server-sent events (WHATWG HTML, section 9.2): fields other than {@code data} and
 * comments are passed over. Beyond the standard, a last event without its blank line is taken, and
 * so are lines that are bare JSON objects.
 */
final class SseReader {
  private static final String DATA = "data";
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Records lines;
  private final StringBuilder data = new StringBuilder();
  private boolean any;
  private boolean first = true;

  SseReader(Reply reply) {
    lines = Records.lines(reply);
  }

  /** The next event's data; empty at the end. */
  Optional<String> next() throws LanguageModelException, DeltaSource.CancelledException {
    while (true) {
      Optional<String> read = lines.next();
      if (read.isEmpty()) {
        return dispatch();
      }
      String line = read.get();
      if (first && !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK) {
        line = line.substring(1);
      }
      first = false;
      if (line.isEmpty()) {
        Optional<String> event = dispatch();
        if (event.isPresent()) {
          return event;
        }
      } else if (line.startsWith("{")) {
        add(line);
      } else {
        field(line);
      }
    }
  }

  private void field(String line) throws LanguageModelException {
    int colon = line.indexOf(':');
    String name = colon < 0 ? line : line.substring(0, colon);
    if (name.equals(DATA)) {
      String value = colon < 0 ? "" : line.substring(colon + 1);
      add(value.startsWith(" ") ? value.substring(1) : value);
    }
  }

  private void add(String value) throws LanguageModelException {
    if (data.length() + value.length() > Records.MAX_BYTES) {
      throw new LanguageModelException(
          Reason.BROKEN,
          "the server sent an event of more than %d characters".formatted(Records.MAX_BYTES));
    }
    if (any) {
      data.append('\n');
    }
    data.append(value);
    any = true;
  }

  private Optional<String> dispatch() {
    Optional<String> event = any ? Optional.of(data.toString()) : Optional.empty();
    data.setLength(0);
    any = false;
    return event;
  }
}
