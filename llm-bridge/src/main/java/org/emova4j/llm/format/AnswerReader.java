package org.emova4j.llm.format;

import java.util.List;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatMode;

/**
 * Reads an answer while it arrives, in pieces that may be cut anywhere: the events are the same
 * whatever the cuts, except that the text of a field comes in other pieces. It never fails: what
 * departs from the expected form is read as far as it can be. Confined to one thread.
 */
public interface AnswerReader {
  /**
   * @param codebookSize units outside 0 to this, exclusive, are passed over; 0 for a model without
   *     speech
   */
  static AnswerReader of(ChatMode mode, int codebookSize) {
    AnswerReader reader =
        switch (mode) {
          case TEXT, IMAGE_TEXT -> new PlainReader(ChatEvent.AnswerText::new);
          case ASR -> new PlainReader(ChatEvent.QuestionText::new);
          case TTS -> new UnitsReader(codebookSize);
          case SPEECH, IMAGE_SPEECH -> new EnvelopeReader(codebookSize);
        };
    return new EndFilter(reader);
  }

  /** The next piece. */
  List<ChatEvent> read(String delta);

  /**
   * There is no more.
   *
   * @return what was held back, and last of all {@link ChatEvent.Done}
   */
  List<ChatEvent> finish(ChatEvent.Finish finish, ChatEvent.Usage usage);
}
