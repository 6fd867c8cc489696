package org.emova4j.llm.internal;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatStream;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;
import org.emova4j.llm.format.AnswerReader;

/** Joins what comes off the wire with what it means. */
final class EventStream implements ChatStream {
  /** Longest answer: many times what fits a context, for servers that never end. */
  static final int MAX_CHARACTERS = 1 << 20;

  private final DeltaSource source;
  private final AnswerReader reader;
  private final Queue<ChatEvent> events = new ArrayDeque<>();
  private Optional<LanguageModelException> failure = Optional.empty();
  private ChatEvent.Finish finish = ChatEvent.Finish.UNKNOWN;
  private ChatEvent.Usage usage = ChatEvent.Usage.UNKNOWN;
  private int characters;
  private boolean ended;

  EventStream(DeltaSource source, AnswerReader reader) {
    this.source = source;
    this.reader = reader;
  }

  @Override
  public Optional<ChatEvent> next() throws LanguageModelException {
    while (events.isEmpty() && !ended) {
      advance();
    }
    if (events.isEmpty() && failure.isPresent()) {
      throw failure.get();
    }
    return Optional.ofNullable(events.poll());
  }

  private void advance() {
    try {
      Optional<Delta> delta = source.next();
      if (delta.isEmpty()) {
        end(finish);
        return;
      }
      finish = delta.get().finish().orElse(finish);
      usage = delta.get().usage().orElse(usage);
      characters += delta.get().text().length();
      if (characters > MAX_CHARACTERS) {
        throw new LanguageModelException(
            Reason.BROKEN,
            "the answer doesn't end: more than %d characters".formatted(MAX_CHARACTERS));
      }
      events.addAll(reader.read(delta.get().text()));
    } catch (DeltaSource.CancelledException e) {
      end(ChatEvent.Finish.CANCELLED);
    } catch (LanguageModelException e) {
      end(ChatEvent.Finish.UNKNOWN);
      events.removeIf(event -> event instanceof ChatEvent.Done);
      failure = Optional.of(e);
    }
  }

  private void end(ChatEvent.Finish how) {
    ended = true;
    source.close();
    events.addAll(reader.finish(how, usage));
  }

  @Override
  public void close() {
    source.close();
  }
}
