package org.emova4j.llm.format;

import java.util.ArrayList;
import java.util.List;
import org.emova4j.api.chat.ChatEvent;

/**
 * Ends an answer at a token that a server should have kept to itself: what a model writes after the
 * end of its message is nobody's.
 */
final class EndFilter implements AnswerReader {
  private static final List<String> ENDS = List.of(Prompts.END_OF_MESSAGE, Prompts.END_OF_TEXT);

  private final AnswerReader next;
  private final StringBuilder held = new StringBuilder();
  private boolean ended;

  EndFilter(AnswerReader next) {
    this.next = next;
  }

  @Override
  public List<ChatEvent> read(String delta) {
    if (ended) {
      return List.of();
    }
    held.append(delta);
    for (int i = held.indexOf("<"); i >= 0; i = held.indexOf("<", i + 1)) {
      Match match = match(i);
      if (match != Match.NO) {
        ended = match == Match.YES;
        String text = held.substring(0, i);
        held.delete(0, i);
        return next.read(text);
      }
    }
    String text = held.toString();
    held.setLength(0);
    return next.read(text);
  }

  private enum Match {
    YES,
    NO,
    MAYBE
  }

  private Match match(int position) {
    boolean maybe = false;
    for (String end : ENDS) {
      int length = Math.min(end.length(), held.length() - position);
      if (held.substring(position, position + length).equals(end.substring(0, length))) {
        if (length == end.length()) {
          return Match.YES;
        }
        maybe = true;
      }
    }
    return maybe ? Match.MAYBE : Match.NO;
  }

  @Override
  public List<ChatEvent> finish(ChatEvent.Finish finish, ChatEvent.Usage usage) {
    if (ended || held.isEmpty()) {
      return next.finish(finish, usage);
    }
    List<ChatEvent> events = new ArrayList<>(next.read(held.toString()));
    events.addAll(next.finish(finish, usage));
    return events;
  }
}
