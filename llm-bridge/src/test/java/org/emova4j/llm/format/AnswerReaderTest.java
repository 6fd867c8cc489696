package org.emova4j.llm.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatEvent.Defect;
import org.emova4j.api.chat.ChatEvent.Finish;
import org.emova4j.api.chat.ChatEvent.Labels;
import org.emova4j.api.chat.ChatEvent.Usage;
import org.emova4j.api.chat.ChatMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {
  private static final String GOOD =
      "{\"user question text\": \"Who are you?\", \"user question emotion\": \"neutral\", "
          + "\"user question pitch\": \"normal\", \"assistant response text\": \"I am \\\"emova\\\","
          + " \\ud83d\\ude00 \uD83D\uDE00 d\u00e9j\u00e0.\\nSo.\", \"assistant response emotion\":"
          + " \"happy\", \"assistant response pitch\": \"high\", \"assistant response speech\":"
          + " \"<|speech_1785|><|speech_1726|> <|speech_0|><|speech_4095|>\"}";
  private static final String ANSWER =
      "I am \"emova\", \uD83D\uDE00 \uD83D\uDE00 d\u00e9j\u00e0.\nSo.";

  @Test
  void readsAGoodAnswer() {
    assertThat(whole(ChatMode.SPEECH, GOOD, Finish.STOP))
        .containsExactly(
            new ChatEvent.QuestionText("Who are you?"),
            new ChatEvent.QuestionLabels(labels("neutral", "normal", null)),
            new ChatEvent.AnswerText(ANSWER),
            new ChatEvent.AnswerStyle(labels("happy", "high", null)),
            new ChatEvent.Unit(1785),
            new ChatEvent.Unit(1726),
            new ChatEvent.Unit(0),
            new ChatEvent.Unit(4095),
            done(Finish.STOP, null));
  }

  /** Answers as models and servers spoil them; text and units are the same in all. */
  static Stream<String> spoilt() {
    String keys =
        "{\"user question text\": \"Who are you?\", \"user question emotion\": \"neutral\", ";
    String rest =
        "\"user question pitch\": \"normal\", \"assistant response text\": \"I am \\\"emova\\\","
            + " \\ud83d\\ude00 \uD83D\uDE00 d\u00e9j\u00e0.\\nSo.\", \"assistant response"
            + " emotion\": \"happy\", \"assistant response pitch\": \"high\"";
    String units = "<|speech_1785|><|speech_1726|><|speech_0|><|speech_4095|>";
    String speech = ", \"assistant response speech\": \"" + units;
    return Stream.of(
        keys + rest + speech, // no tail
        keys + rest + speech + "\"",
        keys + rest + speech + "\"}<|im_end|>\n<|im_start|>user\n<|speech_9|>",
        "```json\n" + keys + rest + speech + "\"}\n```",
        "Sure! Here you are:\n" + keys + rest + speech + "\",}",
        keys + rest + "\uFF0C\"assistant response speech\": \"" + units + "\"}",
        keys + rest + " \"assistant response speech\": \"" + units + "\"}", // no comma
        keys + rest + ", \"assistant response speech\" \"" + units + "\"}", // no colon
        keys + rest + ", \"assistant response speech\": " + units + "}", // no quotes
        keys + rest + ", \"assistant response speech\": [\"" + units + "\"]}",
        keys
            + rest
            + speech.replace("<|speech_0|>", "<|speech_0|> <|speech_9999|>\n<|spee")
            + "\"}",
        (keys + rest + speech + "\"}").replace("\\n", "\n").replace("\\\"", "\""), // raw
        (keys + rest + speech + "\"}").replace("user question", "User_Question"),
        (keys + rest + speech + "\"}").replace("\": \"", "\uFF1A\"".replace("\uFF1A", "\"\uFF1A")),
        keys.replace("Who are you?", "") + keys.substring(1) + rest + speech + "\"}", // twice
        keys.replace(" \"neutral\"", " neutral") + rest + speech + "\"}",
        keys + rest + ", \"mood\": {\"inner\": [1, 2]}" + speech + "\"}");
  }

  @ParameterizedTest
  @MethodSource("spoilt")
  void readsWhatIsAlmostGood(String answer) {
    assertThat(whole(ChatMode.SPEECH, answer, Finish.STOP))
        .containsExactly(
            new ChatEvent.QuestionText("Who are you?"),
            new ChatEvent.QuestionLabels(labels("neutral", "normal", null)),
            new ChatEvent.AnswerText(ANSWER),
            new ChatEvent.AnswerStyle(labels("happy", "high", null)),
            new ChatEvent.Unit(1785),
            new ChatEvent.Unit(1726),
            new ChatEvent.Unit(0),
            new ChatEvent.Unit(4095),
            done(Finish.STOP, null));
  }

  @ParameterizedTest
  @MethodSource("spoilt")
  void cutsDoNotMatterWhereTheAnswerIsSpoilt(String answer) {
    List<ChatEvent> whole = whole(ChatMode.SPEECH, answer, Finish.STOP);
    for (int at = 1; at < answer.length(); at++) {
      List<String> halves = List.of(answer.substring(0, at), answer.substring(at));
      assertThat(merged(read(ChatMode.SPEECH, halves, Finish.STOP)))
          .as("cut at %d", at)
          .isEqualTo(whole);
    }
  }

  @Test
  void unknownLabelsAreTheDefaults() {
    String answer =
        "{\"assistant response text\": \"x\", \"assistant response emotion\": \"Ecstatic\","
            + " \"assistant response pitch\": \" HIGH \", \"assistant response speed\": \"warp\","
            + " \"assistant response speech\": \"<|speech_1|>\"}";

    assertThat(whole(ChatMode.SPEECH, answer, Finish.STOP))
        .contains(new ChatEvent.AnswerStyle(labels("neutral", "high", "normal")));
  }

  @Test
  void aQuoteInsideATextDoesNotEndIt() {
    String answer =
        "{\"assistant response text\": \"She said \"yes\", \"no\" and \"{maybe\".\","
            + " \"assistant response speech\": \"<|speech_1|>\"}";

    assertThat(whole(ChatMode.SPEECH, answer, Finish.STOP))
        .contains(
            new ChatEvent.AnswerText("She said \"yes\", \"no\" and \"{maybe\"."),
            new ChatEvent.Unit(1));
  }

  @Test
  void recoversWhereQuotesAreOutOfStep() {
    String answer =
        "{\"user question text\": hello\", \"assistant response text\": \"x\","
            + " \"assistant response speech\": \"<|speech_1|>\"}";

    assertThat(whole(ChatMode.SPEECH, answer, Finish.STOP))
        .contains(
            new ChatEvent.QuestionText("hello"),
            new ChatEvent.AnswerText("x"),
            new ChatEvent.Unit(1));
  }

  @Test
  void textThatIsNoObjectIsStillShown() {
    assertThat(whole(ChatMode.SPEECH, " I can't {do} that. ", Finish.STOP))
        .containsExactly(
            new ChatEvent.AnswerText("I can't {do} that."), done(Finish.STOP, Defect.MALFORMED));
  }

  @Test
  void unitsThatAreInNoObjectAreStillHeard() {
    assertThat(whole(ChatMode.SPEECH, "Hm: <|speech_1|>\n<|speech_2|>", Finish.STOP))
        .containsExactly(
            new ChatEvent.AnswerText("Hm:"),
            new ChatEvent.Unit(1),
            new ChatEvent.Unit(2),
            done(Finish.STOP, Defect.MALFORMED));
  }

  @Test
  void saysWhyThereIsNoSpeech() {
    String text = "{\"assistant response text\": \"Hi\"";

    assertThat(last(text + "}", Finish.STOP)).isEqualTo(done(Finish.STOP, Defect.NO_UNITS));
    assertThat(last(text, Finish.UNKNOWN)).isEqualTo(done(Finish.UNKNOWN, Defect.TRUNCATED));
    assertThat(last(text, Finish.LENGTH)).isEqualTo(done(Finish.LENGTH, Defect.TRUNCATED));
    assertThat(whole(ChatMode.TTS, "I only write.", Finish.STOP))
        .containsExactly(
            new ChatEvent.AnswerText("I only write."), done(Finish.STOP, Defect.NO_UNITS));
  }

  @Test
  void speechThatIsCutOffIsMarked() {
    assertThat(last(GOOD.substring(0, GOOD.length() - 14), Finish.LENGTH))
        .isEqualTo(done(Finish.LENGTH, Defect.TRUNCATED));
  }

  @Test
  void aTranscriptIsTheQuestion() {
    assertThat(whole(ChatMode.ASR, " hello world \n", Finish.STOP))
        .containsExactly(new ChatEvent.QuestionText("hello world"), done(Finish.STOP, null));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theSameEventsWhateverTheCuts(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 400; round++) {
      ChatMode mode = pick(ChatMode.values(), random);
      String answer = round % 4 == 0 ? GOOD : mutated(random);
      Finish finish = pick(Finish.values(), random);

      List<ChatEvent> whole = whole(mode, answer, finish);

      assertThat(merged(read(mode, pieces(answer, random), finish))).as(answer).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @EnumSource(ChatMode.class)
  void anyInputEndsWithDone(ChatMode mode) {
    Random random = new Random(7);
    for (int round = 0; round < 3000; round++) {
      List<ChatEvent> events =
          read(mode, pieces(mutated(random), random), pick(Finish.values(), random));

      assertThat(events).last().isInstanceOf(ChatEvent.Done.class);
      assertThat(events).filteredOn(e -> e instanceof ChatEvent.Done).hasSize(1);
      int style = indexOf(events, ChatEvent.AnswerStyle.class);
      int unit = indexOf(events, ChatEvent.Unit.class);
      assertThat(style < 0 || unit < 0 || style < unit).as("style before units").isTrue();
    }
  }

  private static <T> T pick(T[] values, Random random) {
    return values[random.nextInt(values.length)];
  }

  private static int indexOf(List<ChatEvent> events, Class<?> type) {
    for (int i = 0; i < events.size(); i++) {
      if (type.isInstance(events.get(i))) {
        return i;
      }
    }
    return -1;
  }

  /** Pieces of good answers and of noise, put together anyhow. */
  private static String mutated(Random random) {
    StringBuilder text = new StringBuilder();
    int parts = 1 + random.nextInt(6);
    for (int p = 0; p < parts; p++) {
      switch (random.nextInt(4)) {
        case 0 -> {
          for (int k = random.nextInt(30); k > 0; k--) {
            text.append((char) random.nextInt(0x10000));
          }
        }
        case 1 -> {
          String syntax = "\"'\\{}[],:\uFF0C\uFF1A<|>speech_0123456789u \n\t\uD83D\uDE00`";
          for (int k = random.nextInt(60); k > 0; k--) {
            text.append(syntax.charAt(random.nextInt(syntax.length())));
          }
        }
        default -> {
          int from = random.nextInt(GOOD.length());
          text.append(GOOD, from, from + random.nextInt(GOOD.length() - from));
        }
      }
    }
    return text.toString();
  }

  private static List<String> pieces(String text, Random random) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int to = Math.min(text.length(), from + random.nextInt(1 + random.nextInt(20)));
      pieces.add(text.substring(from, to));
      from = to;
    }
    return pieces;
  }

  private static ChatEvent last(String answer, Finish finish) {
    List<ChatEvent> events = whole(ChatMode.SPEECH, answer, finish);
    return events.get(events.size() - 1);
  }

  private static List<ChatEvent> whole(ChatMode mode, String answer, Finish finish) {
    return merged(read(mode, List.of(answer), finish));
  }

  private static List<ChatEvent> read(ChatMode mode, List<String> deltas, Finish finish) {
    AnswerReader reader = AnswerReader.of(mode, 4096);
    List<ChatEvent> events = new ArrayList<>();
    deltas.forEach(d -> events.addAll(reader.read(d)));
    events.addAll(reader.finish(finish, Usage.UNKNOWN));
    return events;
  }

  /** Neighbouring deltas of the same text joined: where they are cut has no meaning. */
  private static List<ChatEvent> merged(List<ChatEvent> events) {
    List<ChatEvent> merged = new ArrayList<>();
    for (ChatEvent event : events) {
      ChatEvent previous = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (previous instanceof ChatEvent.QuestionText a
          && event instanceof ChatEvent.QuestionText b) {
        merged.set(merged.size() - 1, new ChatEvent.QuestionText(a.delta() + b.delta()));
      } else if (previous instanceof ChatEvent.AnswerText a
          && event instanceof ChatEvent.AnswerText b) {
        merged.set(merged.size() - 1, new ChatEvent.AnswerText(a.delta() + b.delta()));
      } else {
        merged.add(event);
      }
    }
    return merged;
  }

  private static Labels labels(String emotion, String pitch, String speed) {
    return new Labels(
        Optional.ofNullable(emotion), Optional.ofNullable(pitch), Optional.ofNullable(speed));
  }

  private static ChatEvent done(Finish finish, Defect defect) {
    return new ChatEvent.Done(finish, Optional.ofNullable(defect), Usage.UNKNOWN);
  }
}
