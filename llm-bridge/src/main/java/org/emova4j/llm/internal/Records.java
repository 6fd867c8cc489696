package org.emova4j.llm.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;

/**
 * Texts off a stream of bytes, one at a time and of bounded length: lines, or whatever another byte
 * ends. Decoded whole, so that no character is cut.
 */
final class Records {
  /** Longest text; an answer of a full context, with its prompt, takes a small part of it. */
  static final int MAX_BYTES = 4 << 20;

  private final Reply reply;
  private final boolean lines;
  private final BoundedBytes record = new BoundedBytes(MAX_BYTES);
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private boolean afterReturn;
  private boolean ended;

  private Records(Reply reply, boolean lines) {
    this.reply = reply;
    this.lines = lines;
  }

  /** Lines, ended by CR, LF or both. */
  static Records lines(Reply reply) {
    return new Records(reply, true);
  }

  /** Texts that a NUL byte ends. */
  static Records frames(Reply reply) {
    return new Records(reply, false);
  }

  /**
   * The next text.
   *
   * @return empty at the end; what comes before it without an end of its own is a text too
   * @throws LanguageModelException if it is too long
   */
  Optional<String> next() throws LanguageModelException, DeltaSource.CancelledException {
    record.clear();
    while (!ended) {
      if (!bytes.hasRemaining()) {
        Optional<ByteBuffer> more = reply.next();
        if (more.isEmpty()) {
          ended = true;
          return record.isEmpty() ? Optional.empty() : Optional.of(record.text());
        }
        bytes = more.get();
        continue;
      }
      byte b = bytes.get();
      boolean second = afterReturn && b == '\n'; // of CR LF
      afterReturn = lines && b == '\r';
      if (second) {
        continue;
      }
      if (lines ? b == '\n' || b == '\r' : b == 0) {
        return Optional.of(record.text());
      }
      if (!record.add(b)) {
        throw new LanguageModelException(
            Reason.BROKEN,
            "the server sent a %s of more than %d bytes"
                .formatted(lines ? "line" : "message", MAX_BYTES));
      }
    }
    return Optional.empty();
  }

  /** Whether the last text came without an end of its own. */
  boolean brokeOff() {
    return ended && !record.isEmpty();
  }
}
