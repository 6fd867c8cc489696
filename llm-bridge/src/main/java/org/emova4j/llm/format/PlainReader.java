package org.emova4j.llm.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.emova4j.api.chat.ChatEvent;

/** Reads an answer that is all text. */
final class PlainReader implements AnswerReader {
  private final Function<String, ChatEvent> event;
  private final TextFlow text = new TextFlow();

  PlainReader(Function<String, ChatEvent> event) {
    this.event = event;
  }

  @Override
  public List<ChatEvent> read(String delta) {
    text.append(delta);
    return events(text.drain());
  }

  private List<ChatEvent> events(String delta) {
    return delta.isEmpty() ? List.of() : List.of(event.apply(delta));
  }

  @Override
  public List<ChatEvent> finish(ChatEvent.Finish finish, ChatEvent.Usage usage) {
    List<ChatEvent> events = new ArrayList<>(events(text.finish()));
    Optional<ChatEvent.Defect> defect =
        finish == ChatEvent.Finish.LENGTH
            ? Optional.of(ChatEvent.Defect.TRUNCATED)
            : Optional.empty();
    events.add(new ChatEvent.Done(finish, defect, usage));
    return events;
  }
}
