package org.emova4j.gateway.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.DialogueEvent;
import org.emova4j.api.chat.DialogueRequest;
import org.emova4j.api.chat.DialogueResult;
import org.emova4j.api.chat.DialogueStream;
import org.emova4j.api.chat.Sampling;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.style.Style;
import org.emova4j.gateway.internal.GatewaySettings.Limits;
import org.emova4j.gateway.internal.http.ApiException;
import org.emova4j.gateway.internal.http.EventStream;
import org.emova4j.gateway.internal.http.Exchange;
import org.emova4j.gateway.internal.http.Json;
import org.emova4j.gateway.internal.parts.SpeechServices;

/** {@code POST /v1/chat/completions}: questions by text, picture and voice. */
public final class Chatting {
  private static final int MAX_TOKENS = 1_000_000;
  // Those of the second line are OpenAI's, and change nothing here.
  private static final Set<String> KNOWN =
      Set.of(
          "model",
          "messages",
          "modalities",
          "audio",
          "stream",
          "stream_options",
          "temperature",
          "top_p",
          "max_tokens",
          "max_completion_tokens",
          "seed",
          "n",
          "user",
          "store",
          "metadata",
          "response_format",
          "stop",
          "presence_penalty",
          "frequency_penalty",
          "logprobs");

  private final SpeechServices services;
  private final Sounds sounds;
  private final Asking asking;

  public Chatting(SpeechServices services, Sounds sounds, Limits limits) {
    this.services = services;
    this.sounds = sounds;
    asking = new Asking(services, sounds, limits);
  }

  /**
   * @param format of the spoken answer; empty if it is to be written alone
   * @param streamed whether it comes piece by piece
   * @param counted whether the stream ends with the number of tokens
   */
  private record Form(Optional<SoundFormat> format, boolean streamed, boolean counted) {}

  public void complete(Exchange exchange) throws Exception {
    JsonNode json = exchange.json();
    requireKnown(json);
    Question question = Question.of(json.path("messages"));
    Form form = form(json);
    Asking.Manner manner = manner(json);
    exchange.inTurn(
        () -> {
          Asking.Prepared prepared = asking.prepare(exchange, question, manner);
          Answer answer = new Answer(json.path("model").asText("default"));
          if (form.streamed()) {
            stream(exchange, prepared, form, answer);
          } else {
            reply(exchange, prepared, form, answer);
          }
        });
  }

  private static void requireKnown(JsonNode json) {
    Json.requireKnown(json, KNOWN);
    if (json.path("n").asInt(1) != 1) {
      throw ApiException.invalid("n", "n is %s, must be 1".formatted(json.path("n")));
    }
  }

  private static Form form(JsonNode json) {
    boolean streamed = json.path("stream").asBoolean(false);
    boolean counted = json.path("stream_options").path("include_usage").asBoolean(false);
    boolean spoken = false;
    for (JsonNode modality : json.path("modalities")) {
      if (modality.asText().equals("audio")) {
        spoken = true;
      } else if (!modality.asText().equals("text")) {
        throw ApiException.invalid(
            "modalities",
            "unknown modality \"%s\"; known: text, audio".formatted(modality.asText()));
      }
    }
    if (!spoken) {
      return new Form(Optional.empty(), streamed, counted);
    }
    SoundFormat format =
        SoundFormat.of(
            "audio.format",
            Fields.of(json.path("audio")).text("format"),
            streamed ? SoundFormat.PCM : SoundFormat.WAV);
    if (streamed && format != SoundFormat.PCM) {
      throw ApiException.invalid(
          "audio.format",
          "audio.format is %s; streamed it can only be pcm16".formatted(format.id()));
    }
    return new Form(Optional.of(format), streamed, counted);
  }

  private Asking.Manner manner(JsonNode json) throws SpeechException {
    Fields fields = Fields.of(json);
    Fields audio = Fields.of(json.path("audio"));
    Sampling sampling = Sampling.DEFAULT;
    OptionalDouble temperature = fields.number("temperature", 0, Sampling.MAX_TEMPERATURE);
    OptionalDouble topP = fields.number("top_p", 1e-6, 1);
    OptionalInt most = fields.whole("max_completion_tokens", 1, MAX_TOKENS);
    most = most.isPresent() ? most : fields.whole("max_tokens", 1, MAX_TOKENS);
    OptionalInt seed = fields.whole("seed", Integer.MIN_VALUE, Integer.MAX_VALUE);
    sampling =
        temperature.isPresent() ? sampling.withTemperature(temperature.getAsDouble()) : sampling;
    sampling = topP.isPresent() ? sampling.withTopP(topP.getAsDouble()) : sampling;
    sampling = most.isPresent() ? sampling.withMaxTokens(most.getAsInt()) : sampling;
    sampling = seed.isPresent() ? sampling.withSeed(seed.getAsInt()) : sampling;
    return new Asking.Manner(
        Names.languageModel(fields.text("model"), services),
        voice(audio, StyleFields.style(audio)),
        StyleFields.parts(audio),
        sampling);
  }

  private Style voice(Fields audio, Style style) {
    Optional<String> voice = audio.text("voice");
    if (voice.isEmpty()) {
      return style;
    }
    return style.withSpeaker(Names.speaker(voice.get(), services));
  }

  private interface Listener {
    void on(DialogueEvent event) throws IOException, SpeechException;
  }

  /** Asks; a client that goes away ends the work. */
  private DialogueResult run(DialogueRequest request, Listener listener)
      throws SpeechException, IOException {
    try (DialogueStream stream = services.dialogue().start(request)) {
      while (true) {
        DialogueEvent event = stream.next().orElseThrow();
        listener.on(event);
        if (event instanceof DialogueEvent.Finished finished) {
          return finished.result();
        }
      }
    }
  }

  /** The second step of an answer that was only written; empty if it isn't needed. */
  private Optional<DialogueResult> aloud(
      DialogueRequest request, DialogueResult result, Form form, Listener listener)
      throws SpeechException, IOException {
    boolean needed =
        form.format().isPresent()
            && !request.mode().writesSpeech()
            && !result.answerText().isBlank();
    return needed
        ? Optional.of(run(Asking.aloud(result.answerText(), request), listener))
        : Optional.empty();
  }

  private void reply(Exchange exchange, Asking.Prepared prepared, Form form, Answer answer)
      throws SpeechException, IOException {
    DialogueResult result = run(prepared.request(), event -> {});
    Optional<DialogueResult> spoken = aloud(prepared.request(), result, form, event -> {});
    DialogueResult voice = spoken.orElse(result);
    Optional<String> audio = Optional.empty();
    if (form.format().isPresent() && voice.audio().isPresent()) {
      byte[] encoded = sounds.encode(voice.audio().get(), form.format().get());
      audio = Optional.of(Base64.getEncoder().encodeToString(encoded));
    }
    Map<String, Object> emova =
        Answer.emova(prepared.request().mode(), result, spoken, prepared.ignored());
    exchange.send(answer.completion(answer.message(result, audio, emova), result));
  }

  /** What goes to the client while the dialogue happens. Confined to one thread. */
  private final class Streamed {
    private final Answer answer;
    private final boolean spoken;
    private final PcmStream pcm = new PcmStream(sounds);
    private final Exchange exchange;
    private EventStream events;

    Streamed(Exchange exchange, Answer answer, boolean spoken) {
      this.exchange = exchange;
      this.answer = answer;
      this.spoken = spoken;
    }

    /** What fails before the first event has a status of its own. */
    private EventStream events() throws IOException {
      if (events == null) {
        events = exchange.events();
        Map<String, Object> begin = new LinkedHashMap<>();
        begin.put("role", "assistant");
        begin.put("content", spoken ? null : "");
        events.send(answer.chunk(begin, Optional.empty()));
      }
      return events;
    }

    void send(Map<String, Object> delta) throws IOException {
      events().send(answer.chunk(delta, Optional.empty()));
    }

    void take(DialogueEvent event) throws IOException, SpeechException {
      if (event instanceof DialogueEvent.Wrote wrote) {
        wrote(wrote.event());
      } else if (event instanceof DialogueEvent.Spoke spoke && spoken) {
        audio(pcm.next(spoke.audio()));
      }
    }

    private void wrote(ChatEvent event) throws IOException {
      if (event instanceof ChatEvent.QuestionText text) {
        send(Map.of("emova", Map.of("question_text", text.delta())));
      } else if (event instanceof ChatEvent.QuestionLabels labels) {
        send(Map.of("emova", Map.of("question", Answer.labels(labels.labels()))));
      } else if (event instanceof ChatEvent.AnswerText text) {
        send(spoken ? answer.transcriptDelta(text.delta()) : Map.of("content", text.delta()));
      } else if (event instanceof ChatEvent.AnswerStyle style) {
        send(Map.of("emova", Map.of("answer", Answer.labels(style.labels()))));
      }
    }

    void audio(byte[] samples) throws IOException {
      if (samples.length > 0) {
        send(answer.audioDelta(Base64.getEncoder().encodeToString(samples)));
      }
    }

    void end(DialogueResult result, Map<String, Object> emova, boolean counted)
        throws IOException, SpeechException {
      if (spoken) {
        audio(pcm.end());
        send(answer.audioEnd());
      }
      events().send(answer.chunk(Map.of("emova", emova), Optional.of(Answer.finish(result))));
      if (counted) {
        events().send(answer.usageChunk(result));
      }
      events().done();
    }
  }

  private void stream(Exchange exchange, Asking.Prepared prepared, Form form, Answer answer)
      throws SpeechException, IOException {
    Streamed streamed = new Streamed(exchange, answer, form.format().isPresent());
    DialogueResult result = run(prepared.request(), streamed::take);
    Optional<DialogueResult> spoken =
        aloud(
            prepared.request(),
            result,
            form,
            event -> {
              if (event instanceof DialogueEvent.Spoke) {
                streamed.take(event);
              }
            });
    Map<String, Object> emova =
        Answer.emova(prepared.request().mode(), result, spoken, prepared.ignored());
    streamed.end(result, emova, form.counted());
  }
}
