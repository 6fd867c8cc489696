package org.emova4j.pipeline.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.ChatStream;
import org.emova4j.api.chat.DialogueEvent;
import org.emova4j.api.chat.DialogueRequest;
import org.emova4j.api.chat.DialogueResult;
import org.emova4j.api.chat.DialogueStream;
import org.emova4j.api.chat.LanguageModel;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.style.Style;
import org.emova4j.api.unit.UnitSequence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One answer: reads it, speaks it, and keeps what was understood whatever happens. */
final class AnswerStream implements DialogueStream {
  private static final Logger log = LoggerFactory.getLogger(AnswerStream.class);

  /**
   * What an answer starts from.
   *
   * @param begin in nanoseconds
   */
  record Opening(
      LanguageModel model,
      String name,
      ChatRequest question,
      LanguageModel.TokenCount count,
      LanguageModel.Capabilities capabilities,
      long begin) {}

  private final Opening opening;
  private final DialogueRequest request;
  private final Optional<Voice> voice;
  private final Optional<GrowingSpeech> speech;
  private final Queue<DialogueEvent> events = new ArrayDeque<>();
  private final StringBuilder questionText = new StringBuilder();
  private final StringBuilder answerText = new StringBuilder();
  private final List<Audio> pieces = new ArrayList<>();
  private volatile ChatStream stream;
  private volatile boolean closed;
  private Optional<ChatEvent.Labels> questionLabels = Optional.empty();
  private Optional<ChatEvent.Labels> answerLabels = Optional.empty();
  private Optional<ChatEvent.Done> done = Optional.empty();
  private Optional<Duration> firstWord = Optional.empty();
  private Optional<Duration> firstAudio = Optional.empty();
  private Optional<String> problem = Optional.empty();
  private boolean voiceFailed;
  private boolean secondCall;
  private boolean finished;

  AnswerStream(Opening opening, DialogueRequest request, Optional<Voice> voice)
      throws SpeechException {
    this.opening = opening;
    this.request = request;
    this.voice = voice;
    this.speech =
        voice.map(
            v -> new GrowingSpeech(v::say, request.delivery() == DialogueRequest.Delivery.WHOLE));
    this.stream = opening.model().ask(opening.question());
  }

  @Override
  public Optional<DialogueEvent> next() throws SpeechException {
    while (events.isEmpty() && !finished) {
      advance();
    }
    return Optional.ofNullable(events.poll());
  }

  private void advance() throws SpeechException {
    Optional<ChatEvent> event;
    try {
      event = stream.next();
    } catch (SpeechException e) {
      finished = !understood();
      if (finished) {
        stream.close();
        throw e;
      }
      problem = Optional.of(e.getMessage());
      finish();
      return;
    }
    if (event.isEmpty()) {
      finish();
      return;
    }
    if (firstWord.isEmpty()) {
      firstWord = Optional.of(elapsed());
    }
    take(event.get());
  }

  private boolean understood() {
    return questionText.length() > 0 || answerText.length() > 0 || units().length > 0;
  }

  private int[] units() {
    return speech.map(GrowingSpeech::units).orElse(new int[0]);
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - opening.begin());
  }

  private void take(ChatEvent event) {
    if (event instanceof ChatEvent.Unit unit) {
      events.add(new DialogueEvent.Wrote(event));
      speech.ifPresent(s -> s.add(unit.id()));
      speech.ifPresent(s -> spoken(s::next));
      return;
    }
    if (event instanceof ChatEvent.Done end) {
      takeEnd(end);
      return;
    }
    if (secondCall) {
      return; // it was asked for units alone
    }
    events.add(new DialogueEvent.Wrote(event));
    if (event instanceof ChatEvent.QuestionText text) {
      questionText.append(text.delta());
    } else if (event instanceof ChatEvent.AnswerText text) {
      answerText.append(text.delta());
    } else if (event instanceof ChatEvent.QuestionLabels labels) {
      questionLabels = Optional.of(labels.labels());
    } else if (event instanceof ChatEvent.AnswerStyle style) {
      answerLabels = Optional.of(style.labels());
      if (voice.isPresent()) {
        spoken(
            () -> {
              voice.get().follow(style.labels());
              return Optional.empty();
            });
      }
    }
  }

  /** Something that makes speech, or fails to. */
  private interface Speaking {
    Optional<Audio> piece() throws SpeechException;
  }

  /** A voice that fails must not take the text with it. */
  private void spoken(Speaking speaking) {
    if (voiceFailed) {
      return;
    }
    try {
      Optional<Audio> piece = speaking.piece();
      if (piece.isPresent()) {
        firstAudio = firstAudio.or(() -> Optional.of(elapsed()));
        pieces.add(piece.get());
        events.add(new DialogueEvent.Spoke(piece.get()));
      }
    } catch (SpeechException | IllegalArgumentException e) {
      log.debug("the answer can't be spoken", e);
      voiceFailed = true;
      problem = Optional.of("the answer can't be spoken: " + e.getMessage());
    }
  }

  private void takeEnd(ChatEvent.Done end) {
    stream.close();
    if (secondCall) {
      if (units().length > 0 && !voiceFailed) {
        problem = reason(end); // it is spoken after all
      }
      finish();
      return;
    }
    events.add(new DialogueEvent.Wrote(end));
    done = Optional.of(end);
    problem = problem.or(() -> reason(end));
    if (isToBeSpoken(end)) {
      secondCall = true;
      speakText();
    } else {
      finish();
    }
  }

  private boolean isToBeSpoken(ChatEvent.Done end) {
    return !closed
        && request.secondCall()
        && request.mode().writesEnvelope()
        && units().length == 0
        && answerText.length() > 0
        && end.finish() != ChatEvent.Finish.CANCELLED
        && opening.capabilities().modes().contains(ChatMode.TTS);
  }

  private void speakText() {
    ChatRequest text =
        ChatRequest.synthesize(answerText.toString())
            .withSystem(request.system())
            .withSampling(opening.question().sampling());
    try {
      stream = opening.model().ask(text);
      if (closed) {
        stream.close();
      }
    } catch (SpeechException e) {
      problem = Optional.of("the answer can't be spoken: " + e.getMessage());
      finish();
    }
  }

  private Optional<String> reason(ChatEvent.Done end) {
    boolean silent = request.mode().writesSpeech() && units().length == 0;
    if (end.finish() == ChatEvent.Finish.CANCELLED) {
      return Optional.of("the answer was cancelled");
    }
    if (end.finish() == ChatEvent.Finish.LENGTH) {
      return Optional.of(
          "the answer is cut off at %d tokens"
              .formatted(opening.question().sampling().maxTokens()));
    }
    if (!silent || end.defect().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (end.defect().get()) {
          case TRUNCATED -> "the answer breaks off before its speech";
          case NO_UNITS -> "the model wrote no speech units";
          case MALFORMED -> "the answer is not of the expected form, and holds no speech units";
        });
  }

  private void finish() {
    stream.close();
    speech.ifPresent(s -> spoken(s::finish));
    finished = true;
    events.add(new DialogueEvent.Finished(result()));
  }

  private DialogueResult result() {
    Optional<Style> style = voice.map(Voice::style).filter(s -> units().length > 0);
    return new DialogueResult(
        opening.name(),
        questionText.toString(),
        questionLabels,
        answerText.toString(),
        answerLabels,
        style,
        voice.filter(v -> units().length > 0).map(v -> UnitSequence.of(v.codebook(), units())),
        joined(),
        problem,
        secondCall && units().length > 0,
        done.map(ChatEvent.Done::finish).orElse(ChatEvent.Finish.UNKNOWN),
        opening.count(),
        done.map(ChatEvent.Done::usage).orElse(ChatEvent.Usage.UNKNOWN),
        new DialogueResult.Timing(firstWord, firstAudio, elapsed()));
  }

  private Optional<Audio> joined() {
    if (pieces.isEmpty()) {
      return Optional.empty();
    }
    float[] all = new float[pieces.stream().mapToInt(Audio::length).sum()];
    int n = 0;
    for (Audio piece : pieces) {
      System.arraycopy(piece.samples(), 0, all, n, piece.length());
      n += piece.length();
    }
    return Optional.of(Audio.adopt(all, pieces.get(0).sampleRate()));
  }

  @Override
  public void close() {
    closed = true;
    stream.close();
  }
}
