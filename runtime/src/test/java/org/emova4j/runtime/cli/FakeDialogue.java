package org.emova4j.runtime.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.Dialogue;
import org.emova4j.api.chat.DialogueEvent;
import org.emova4j.api.chat.DialogueRequest;
import org.emova4j.api.chat.DialogueResult;
import org.emova4j.api.chat.DialogueStream;
import org.emova4j.api.chat.LanguageModel.TokenCount;
import org.emova4j.api.speech.LanguageModelException;

/** Answers with what a test says, and remembers what it was asked. */
final class FakeDialogue implements Dialogue {
  static final ChatEvent.Labels HAPPY =
      new ChatEvent.Labels(Optional.of("happy"), Optional.of("high"), Optional.empty());

  final List<DialogueRequest> asked = new ArrayList<>();
  String question = "";
  String answer = "Hello";
  Optional<Audio> audio = Optional.empty();
  Optional<String> problem = Optional.empty();
  Optional<LanguageModelException> failure = Optional.empty();

  @Override
  public int sampleRate(Optional<String> model, Optional<String> tokenizer) {
    return 16_000;
  }

  @Override
  public DialogueStream start(DialogueRequest request) throws LanguageModelException {
    asked.add(request);
    if (failure.isPresent()) {
      LanguageModelException thrown = failure.get();
      failure = Optional.empty();
      throw thrown;
    }
    List<DialogueEvent> events = new ArrayList<>();
    if (!question.isEmpty()) {
      events.add(new DialogueEvent.Wrote(new ChatEvent.QuestionText(question)));
      events.add(new DialogueEvent.Wrote(new ChatEvent.QuestionLabels(HAPPY)));
    }
    for (int i = 0; i < answer.length(); i++) {
      events.add(new DialogueEvent.Wrote(new ChatEvent.AnswerText(answer.substring(i, i + 1))));
    }
    if (request.mode().writesSpeech()) {
      events.add(new DialogueEvent.Wrote(new ChatEvent.AnswerStyle(HAPPY)));
      audio.ifPresent(sound -> events.add(new DialogueEvent.Spoke(sound)));
    }
    events.add(new DialogueEvent.Finished(result(request)));
    return new DialogueStream() {
      @Override
      public Optional<DialogueEvent> next() {
        return events.isEmpty() ? Optional.empty() : Optional.of(events.remove(0));
      }

      @Override
      public void close() {}
    };
  }

  private DialogueResult result(DialogueRequest request) {
    return new DialogueResult(
        "emova-7b",
        question,
        question.isEmpty() ? Optional.empty() : Optional.of(HAPPY),
        answer,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        request.mode().writesSpeech() ? audio : Optional.empty(),
        problem,
        false,
        ChatEvent.Finish.STOP,
        new TokenCount(20, 0, 0, false),
        new ChatEvent.Usage(OptionalInt.of(21), OptionalInt.of(3)),
        new DialogueResult.Timing(
            Optional.of(Duration.ofMillis(100)),
            audio.map(a -> Duration.ofMillis(900)),
            Duration.ofMillis(1500)));
  }
}
