package org.emova4j.llm.internal;

import java.util.Optional;
import org.emova4j.api.chat.ChatEvent;

/** A piece of a server's answer: text, why it ends, what it cost. Each may be empty. */
record Delta(String text, Optional<ChatEvent.Finish> finish, Optional<ChatEvent.Usage> usage) {
  static Delta of(String text) {
    return new Delta(text, Optional.empty(), Optional.empty());
  }
}
