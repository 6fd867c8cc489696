package org.emova4j.gateway.internal.realtime;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.Dialogue;
import org.emova4j.api.chat.DialogueEvent;
import org.emova4j.api.chat.DialogueRequest;
import org.emova4j.api.chat.DialogueResult;
import org.emova4j.api.chat.DialogueStream;
import org.emova4j.api.chat.Sampling;
import org.emova4j.api.chat.Turn;
import org.emova4j.api.speech.ConversionRequest;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.speech.SpeechTokenizer;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.gateway.internal.api.Analysis;
import org.emova4j.gateway.internal.api.Answer;
import org.emova4j.gateway.internal.api.Sounds;
import org.emova4j.gateway.internal.api.Speaking;
import org.emova4j.gateway.internal.parts.SpeechServices;

/** Answers a turn: with a language model, or with the same words in another voice. */
final class Answering {
  private final SpeechServices services;
  private final Sounds sounds;
  private final Analysis analysis;

  Answering(SpeechServices services, Sounds sounds, Analysis analysis) {
    this.services = services;
    this.sounds = sounds;
    this.analysis = analysis;
  }

  /**
   * A turn of the user's.
   *
   * @param itemId that the client knows it by
   * @param text typed; blank if it was spoken
   * @param speech spoken
   */
  record Said(String itemId, String text, Optional<Audio> speech) {}

  /** Gets what is running, so that it can be ended. */
  interface Cancellation {
    void by(AutoCloseable running);
  }

  Sounds sounds() {
    return sounds;
  }

  /** Units of what was said, and the same in the session's style. */
  void convert(Said said, SessionSettings settings, Outlet outlet, Response response)
      throws SpeechException, IOException {
    Audio speech = said.speech().orElseThrow();
    ConversionRequest request =
        new ConversionRequest(settings.style(), Optional.empty(), true, settings.parts());
    Optional<String> tokenizer = analysis.partsInUse(settings.parts()).tokenizer();
    int unitRate = services.tokenizers().call(tokenizer, SpeechTokenizer::sampleRate);
    UnitSequence units = analysis.tokenize(sounds.atRate(speech, unitRate), tokenizer);
    outlet.send("emova.units", "source", "input", "item_id", said.itemId(), "units", shown(units));
    int rate =
        services
            .converters()
            .call(Optional.empty(), c -> c.sampleRate(request, speech.sampleRate()));
    Audio ready = sounds.atRate(speech, rate);
    response.say(services.converters().call(Optional.empty(), c -> c.convert(ready, request)));
    response.end("completed", Map.of());
  }

  private static Map<String, Object> shown(UnitSequence units) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("codebook", units.codebook().id());
    json.put("ids", units.ids());
    json.put("run_lengths", units.runLengths().orElse(null));
    return json;
  }

  /** Asks the language model. Returns what it understood and answered. */
  Turn answer(
      Said said,
      List<Turn> history,
      SessionSettings settings,
      Outlet outlet,
      Response response,
      Cancellation cancellation)
      throws SpeechException, IOException {
    Dialogue dialogue = services.dialogue();
    Optional<Audio> speech = Optional.empty();
    if (said.speech().isPresent()) {
      int rate = dialogue.sampleRate(settings.model(), settings.parts().tokenizer());
      speech = Optional.of(sounds.atRate(said.speech().get(), rate));
    }
    ChatMode mode = speech.isPresent() ? ChatMode.SPEECH : ChatMode.TEXT;
    List<Turn> earlier = mode == ChatMode.TEXT ? history : List.of();
    DialogueResult result =
        run(
            dialogue,
            request(mode, said.text(), speech, earlier, settings),
            event -> tell(event, said, settings.spoken(), outlet, response),
            cancellation);
    DialogueResult voice = result;
    if (settings.spoken() && mode == ChatMode.TEXT && isWhole(result)) {
      voice =
          run(
              dialogue,
              request(ChatMode.TTS, result.answerText(), Optional.empty(), List.of(), settings),
              event -> say(event, response),
              cancellation);
    }
    end(result, voice, response);
    String question = speech.isPresent() ? result.questionText() : said.text();
    return Turn.of(question, result.answerText());
  }

  private static boolean isWhole(DialogueResult result) {
    return !result.answerText().isBlank() && result.finish() != ChatEvent.Finish.CANCELLED;
  }

  private static DialogueRequest request(
      ChatMode mode,
      String text,
      Optional<Audio> speech,
      List<Turn> history,
      SessionSettings settings) {
    return new DialogueRequest(
        mode,
        text,
        Optional.empty(),
        speech,
        history,
        settings.instructions(),
        Sampling.DEFAULT,
        settings.style(),
        settings.model(),
        settings.parts(),
        DialogueRequest.Delivery.AT_PAUSES,
        true);
  }

  private interface Listener {
    void on(DialogueEvent event) throws IOException, SpeechException;
  }

  private static DialogueResult run(
      Dialogue dialogue, DialogueRequest request, Listener listener, Cancellation cancellation)
      throws SpeechException, IOException {
    try (DialogueStream stream = dialogue.start(request)) {
      cancellation.by(stream);
      while (true) {
        DialogueEvent event = stream.next().orElseThrow();
        listener.on(event);
        if (event instanceof DialogueEvent.Finished finished) {
          return finished.result();
        }
      }
    }
  }

  private static void tell(
      DialogueEvent event, Said said, boolean spoken, Outlet outlet, Response response)
      throws IOException, SpeechException {
    if (event instanceof DialogueEvent.Wrote wrote) {
      if (wrote.event() instanceof ChatEvent.AnswerText text) {
        response.write(text.delta());
      } else if (wrote.event() instanceof ChatEvent.QuestionText text) {
        outlet.send(
            "conversation.item.input_audio_transcription.delta",
            "item_id",
            said.itemId(),
            "content_index",
            0,
            "delta",
            text.delta());
      } else if (wrote.event() instanceof ChatEvent.QuestionLabels labels) {
        response.tell(
            "emova.labels", Map.of("of", "question", "labels", Answer.labels(labels.labels())));
      } else if (wrote.event() instanceof ChatEvent.AnswerStyle style) {
        response.tell(
            "emova.labels", Map.of("of", "answer", "labels", Answer.labels(style.labels())));
      }
    } else if (event instanceof DialogueEvent.Finished finished && said.speech().isPresent()) {
      outlet.send(
          "conversation.item.input_audio_transcription.completed",
          "item_id",
          said.itemId(),
          "content_index",
          0,
          "transcript",
          finished.result().questionText());
    } else if (spoken) {
      say(event, response);
    }
  }

  private static void say(DialogueEvent event, Response response)
      throws IOException, SpeechException {
    if (event instanceof DialogueEvent.Spoke spoke) {
      response.say(spoke.audio());
    }
  }

  private static void end(DialogueResult result, DialogueResult voice, Response response)
      throws IOException, SpeechException {
    if (voice.units().isPresent()) {
      response.tell("emova.units", Map.of("source", "output", "units", shown(voice.units().get())));
    }
    Map<String, Object> details = new LinkedHashMap<>();
    Optional<String> problem = result.problem().or(voice::problem);
    problem.ifPresent(p -> details.put("status_details", Map.of("reason", p)));
    details.put("usage", Speaking.usage(Optional.of(result)));
    boolean cancelled =
        result.finish() == ChatEvent.Finish.CANCELLED
            || voice.finish() == ChatEvent.Finish.CANCELLED;
    response.end(
        cancelled ? "cancelled" : problem.isPresent() ? "incomplete" : "completed", details);
  }
}
