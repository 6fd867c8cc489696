package org.emova4j.gateway.internal.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.Dialogue;
import org.emova4j.api.chat.DialogueEvent;
import org.emova4j.api.chat.DialogueRequest;
import org.emova4j.api.chat.DialogueResult;
import org.emova4j.api.chat.DialogueStream;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.gateway.internal.http.ApiException;
import org.emova4j.gateway.internal.http.EventStream;
import org.emova4j.gateway.internal.http.Exchange;
import org.emova4j.gateway.internal.http.Form;
import org.emova4j.gateway.internal.http.Form.Upload;
import org.emova4j.gateway.internal.parts.SpeechServices;

/** {@code POST /v1/audio/transcriptions}: what a language model hears in a recording. */
public final class Transcribing {
  private static final List<String> FORMATS = List.of("json", "text", "verbose_json");
  // OpenAI's clients may send the last four; this model has no use for them.
  private static final Set<String> KNOWN =
      Set.of(
          "file",
          "model",
          "response_format",
          "stream",
          "tokenizer",
          "language",
          "prompt",
          "temperature",
          "timestamp_granularities[]");

  private final SpeechServices services;
  private final Sounds sounds;

  public Transcribing(SpeechServices services, Sounds sounds) {
    this.services = services;
    this.sounds = sounds;
  }

  public void transcribe(Exchange exchange) throws Exception {
    try (Form form = exchange.form(Analysis.FILE)) {
      form.requireKnown(KNOWN);
      Fields fields = Fields.of(form);
      Upload file = form.requireFile(Analysis.FILE);
      Optional<String> model = Names.languageModel(fields.text("model"), services);
      String format = format(fields);
      boolean streamed = fields.flag("stream", false);
      exchange.inTurn(
          () -> {
            Dialogue dialogue = services.dialogue();
            int rate = dialogue.sampleRate(model, fields.text("tokenizer"));
            Audio speech = sounds.decode(file, rate);
            try (DialogueStream stream =
                dialogue.start(request(speech, model, fields.text("tokenizer")))) {
              if (streamed) {
                stream(exchange, stream);
              } else {
                reply(exchange, finished(stream), format, speech);
              }
            }
          });
    }
  }

  private static String format(Fields fields) {
    String format = fields.text("response_format").orElse("json");
    if (!FORMATS.contains(format)) {
      throw ApiException.invalid(
          "response_format",
          "unknown response_format \"%s\"; known: %s"
              .formatted(format, String.join(", ", FORMATS)));
    }
    return format;
  }

  private static DialogueRequest request(
      Audio speech, Optional<String> model, Optional<String> tokenizer) {
    DialogueRequest usual =
        DialogueRequest.of(ChatMode.ASR, "", Optional.empty(), Optional.of(speech));
    return new DialogueRequest(
        usual.mode(),
        usual.text(),
        usual.image(),
        usual.speech(),
        usual.history(),
        usual.system(),
        usual.sampling(),
        usual.style(),
        model,
        new Parts(tokenizer, Optional.empty(), Optional.empty()),
        usual.delivery(),
        usual.secondCall());
  }

  private static DialogueResult finished(DialogueStream stream) throws SpeechException {
    while (true) {
      if (stream.next().orElseThrow() instanceof DialogueEvent.Finished finished) {
        return finished.result();
      }
    }
  }

  private static void reply(Exchange exchange, DialogueResult result, String format, Audio speech)
      throws IOException {
    if (format.equals("text")) {
      exchange.send(
          200, "text/plain;charset=utf-8", (result.questionText() + "\n").getBytes(UTF_8));
      return;
    }
    Map<String, Object> json = new LinkedHashMap<>();
    if (format.equals("verbose_json")) {
      json.put("task", "transcribe");
      json.put("duration", Shown.seconds(speech));
    }
    json.put("text", result.questionText());
    json.put("usage", usage(result));
    exchange.send(json);
  }

  private static void stream(Exchange exchange, DialogueStream stream) throws Exception {
    EventStream events = exchange.events();
    while (true) {
      DialogueEvent event = stream.next().orElseThrow();
      if (event instanceof DialogueEvent.Wrote wrote
          && wrote.event() instanceof ChatEvent.QuestionText text) {
        events.send(Map.of("type", "transcript.text.delta", "delta", text.delta()));
      } else if (event instanceof DialogueEvent.Finished finished) {
        DialogueResult result = finished.result();
        events.send(
            Map.of(
                "type",
                "transcript.text.done",
                "text",
                result.questionText(),
                "usage",
                usage(result)));
        return;
      }
    }
  }

  private static Map<String, Object> usage(DialogueResult result) {
    Map<String, Object> usage = new LinkedHashMap<>();
    usage.put("type", "tokens");
    usage.putAll(Speaking.usage(Optional.of(result)));
    return usage;
  }
}
