package org.emova4j.llm.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.emova4j.api.chat.ChatEvent;

/** Reads an answer that is all units, and passes over whatever stands between them. */
final class UnitsReader implements AnswerReader {
  private final int codebookSize;
  private final StringBuilder input = new StringBuilder();
  private final TextFlow other = new TextFlow();
  private boolean found;

  UnitsReader(int codebookSize) {
    this.codebookSize = codebookSize;
  }

  @Override
  public List<ChatEvent> read(String delta) {
    input.append(delta);
    return scan(false);
  }

  private List<ChatEvent> scan(boolean end) {
    List<ChatEvent> events = new ArrayList<>();
    int i = 0;
    while (i < input.length()) {
      int length = UnitToken.match(input, i);
      if (length == UnitToken.MORE && !end) {
        break;
      }
      if (length > 0) {
        int id = UnitToken.id(input, i, length);
        if (id < codebookSize) {
          found = true;
          events.add(new ChatEvent.Unit(id));
        }
        i += length;
      } else {
        if (!found) {
          other.append(input.charAt(i));
        }
        i++;
      }
    }
    input.delete(0, i);
    return events;
  }

  @Override
  public List<ChatEvent> finish(ChatEvent.Finish finish, ChatEvent.Usage usage) {
    List<ChatEvent> events = new ArrayList<>(scan(true));
    Optional<ChatEvent.Defect> defect = Optional.empty();
    if (!found) {
      String text = other.finish();
      if (!text.isEmpty()) {
        events.add(new ChatEvent.AnswerText(text)); // why it won't speak, perhaps
      }
      defect = Optional.of(ChatEvent.Defect.NO_UNITS);
    }
    if (finish == ChatEvent.Finish.LENGTH) {
      defect = Optional.of(ChatEvent.Defect.TRUNCATED);
    }
    events.add(new ChatEvent.Done(finish, defect, usage));
    return events;
  }
}
