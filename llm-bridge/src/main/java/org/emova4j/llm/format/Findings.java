package org.emova4j.llm.format;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.emova4j.api.chat.ChatEvent;

/** What was found in a structured answer, on its way to events. */
final class Findings {
  // As much of an answer in which no key is known is shown.
  private static final int MAX_RAW = 1 << 16;

  // No label is longer; what is cut here is unknown anyway.
  private static final int MAX_LABEL = 64;

  private static final Pattern UNIT = Pattern.compile("<\\|speech_\\d{1,4}\\|>");

  private final int codebookSize;
  private final Map<Field, TextFlow> texts = new EnumMap<>(Field.class);
  private final Map<Field, StringBuilder> labels = new EnumMap<>(Field.class);
  private final StringBuilder raw = new StringBuilder();
  private final TextFlow preamble = new TextFlow();
  private List<ChatEvent> events = new ArrayList<>();
  private Optional<Field> open = Optional.empty(); // fields that were filled are not filled again
  private final List<Field> filled = new ArrayList<>();
  private boolean anyField;
  private boolean anyUnit;
  private boolean closed;
  private boolean withoutObject;
  private boolean questionLabelled;
  private boolean answerLabelled;

  Findings(int codebookSize) {
    this.codebookSize = codebookSize;
  }

  /** What the reader passes, for the case that it turns out to be no object at all. */
  void raw(CharSequence text, int position, int length) {
    if (!anyField && raw.length() < MAX_RAW) {
      raw.append(text, position, position + length);
    }
  }

  void preamble(char c) {
    preamble.append(c);
  }

  void unitsWithoutObject() {
    withoutObject = true;
    emitAnswer(preamble.finish());
  }

  /** A value of this field begins. */
  void begin(Field field) {
    anyField = true;
    open = filled.contains(field) ? Optional.empty() : Optional.of(field);
    if (field.isOfAnswer()) {
      emitQuestionLabels();
    }
    if (field == Field.SPEECH) {
      emitStyle();
    }
  }

  void append(Field field, char c) {
    if (open.isEmpty()) {
      return;
    }
    switch (field) {
      case QUESTION_TEXT, ANSWER_TEXT -> text(field).append(c);
      case SPEECH -> {} // units come by themselves
      default -> {
        StringBuilder label = labels.computeIfAbsent(field, f -> new StringBuilder());
        if (label.length() < MAX_LABEL) {
          label.append(c);
        }
      }
    }
  }

  private TextFlow text(Field field) {
    return texts.computeIfAbsent(field, f -> new TextFlow());
  }

  /** A value ends. A text or label that is empty may come again. */
  void endOf(Field field) {
    if (open.isEmpty()) {
      return;
    }
    open = Optional.empty();
    switch (field) {
      case QUESTION_TEXT, ANSWER_TEXT -> {
        emit(field, text(field).finish());
        if (text(field).begun()) {
          filled.add(field);
        }
      }
      case SPEECH -> {}
      default -> {
        if (!label(field).isBlank()) {
          filled.add(field);
        }
      }
    }
  }

  void unit(int id) {
    if (id >= codebookSize) {
      return;
    }
    anyUnit = true;
    events.add(new ChatEvent.Unit(id));
  }

  void close() {
    closed = true;
  }

  boolean closed() {
    return closed;
  }

  /** The events since the last call. */
  List<ChatEvent> take() {
    open.filter(texts::containsKey).ifPresent(f -> emit(f, texts.get(f).drain()));
    List<ChatEvent> taken = events;
    events = new ArrayList<>();
    return taken;
  }

  private void emit(Field field, String delta) {
    if (delta.isEmpty()) {
      return;
    }
    if (field == Field.QUESTION_TEXT) {
      events.add(new ChatEvent.QuestionText(delta));
    } else {
      events.add(new ChatEvent.AnswerText(delta));
    }
  }

  private void emitAnswer(String text) {
    emit(Field.ANSWER_TEXT, text);
  }

  private String label(Field field) {
    return labels.getOrDefault(field, new StringBuilder()).toString();
  }

  private void emitQuestionLabels() {
    ChatEvent.Labels found =
        LabelWords.labels(label(Field.QUESTION_EMOTION), label(Field.QUESTION_PITCH), "");
    if (!questionLabelled && isAny(found)) {
      questionLabelled = true;
      events.add(new ChatEvent.QuestionLabels(found));
    }
  }

  private void emitStyle() {
    ChatEvent.Labels found =
        LabelWords.labels(
            label(Field.ANSWER_EMOTION), label(Field.ANSWER_PITCH), label(Field.ANSWER_SPEED));
    if (!answerLabelled && !anyUnit && isAny(found)) {
      answerLabelled = true;
      events.add(new ChatEvent.AnswerStyle(found));
    }
  }

  private static boolean isAny(ChatEvent.Labels labels) {
    return labels.emotion().isPresent() || labels.pitch().isPresent() || labels.speed().isPresent();
  }

  void finish(boolean cut, ChatEvent.Finish finish, ChatEvent.Usage usage) {
    emitQuestionLabels();
    emitStyle();
    boolean understood = anyField || withoutObject;
    if (!understood) {
      TextFlow all = new TextFlow();
      all.append(UNIT.matcher(raw).replaceAll(""));
      emitAnswer(all.finish());
    }
    events.add(new ChatEvent.Done(finish, defect(cut, understood, finish), usage));
  }

  private Optional<ChatEvent.Defect> defect(
      boolean cut, boolean understood, ChatEvent.Finish finish) {
    if (finish == ChatEvent.Finish.LENGTH) {
      return Optional.of(ChatEvent.Defect.TRUNCATED);
    }
    if (!anyField) { // text, or units alone
      return Optional.of(ChatEvent.Defect.MALFORMED);
    }
    if (anyUnit) {
      return Optional.empty(); // a missing quote or brace loses nothing
    }
    return Optional.of(cut && understood ? ChatEvent.Defect.TRUNCATED : ChatEvent.Defect.NO_UNITS);
  }
}
