package org.emova4j.gateway.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.emova4j.api.audio.Audio;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.DialogueEvent;
import org.emova4j.api.chat.DialogueRequest;
import org.emova4j.api.chat.DialogueResult;
import org.emova4j.api.chat.DialogueStream;
import org.emova4j.api.chat.Sampling;
import org.emova4j.api.speech.ConversionRequest.Parts;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;
import org.emova4j.api.style.Style;
import org.emova4j.api.style.StyleCatalogue;
import org.emova4j.api.style.StyleVector;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.gateway.internal.GatewaySettings.Limits;
import org.emova4j.gateway.internal.http.ApiException;
import org.emova4j.gateway.internal.http.Exchange;
import org.emova4j.gateway.internal.http.Json;
import org.emova4j.gateway.internal.parts.SpeechServices;

/** {@code POST /v1/audio/speech}: units, which need no language model, or text, spoken. */
public final class Speaking {
  // A unit's text is up to 17 characters long; the words of a second take up to 25 of them.
  private static final int CHARACTERS_PER_UNIT = 17;
  private static final int UNITS_PER_SECOND = 25;
  private static final Set<String> OWN =
      Set.of(
          "model",
          "input",
          "voice",
          "instructions",
          "response_format",
          "stream_format",
          "codebook");

  private final SpeechServices services;
  private final Sounds sounds;
  private final VoiceFinder voices;
  private final Limits limits;

  public Speaking(SpeechServices services, Sounds sounds, Analysis analysis, Limits limits) {
    this.services = services;
    this.sounds = sounds;
    voices = new VoiceFinder(services, analysis);
    this.limits = limits;
  }

  private record Order(
      String input,
      Optional<String> model,
      Style style,
      Parts parts,
      VoiceFinder.Voice voice,
      SpeechReply reply) {}

  public void speak(Exchange exchange) throws Exception {
    JsonNode json = exchange.json();
    Json.requireKnown(json, known());
    Fields fields = Fields.of(json);
    String input = input(fields);
    boolean units = isUnits(input);
    SoundFormat format =
        SoundFormat.of("response_format", fields.text("response_format"), SoundFormat.MP3);
    boolean events = events(fields);
    Optional<String> model = fields.text("model");
    Optional<String> codebook = fields.text("codebook");
    if (units) {
      Names.requireAnyModel(model, services);
    } else {
      model = Names.languageModel(model, services);
      codebook = codebook(model);
    }
    Parts parts = StyleFields.parts(fields);
    VoiceFinder.Voice voice = voices.find(parts, codebook);
    Style style = style(json, fields, voice.catalogue());
    exchange.header("Emova-Style", Json.text(StyleFields.toJson(style)));
    SpeechReply reply = new SpeechReply(exchange, sounds, format, events);
    Order order = new Order(input, model, style, parts, voice, reply);
    exchange.inTurn(units ? () -> speakUnits(order) : () -> speakText(order));
  }

  private static boolean isUnits(String input) {
    return input.stripLeading().startsWith("<|speech_");
  }

  /** Of a language model's units; the dialogue says what is wrong if there is none. */
  private Optional<String> codebook(Optional<String> model) {
    return services.languageModels().all().stream()
        .filter(o -> model.map(o::isCalled).orElse(true))
        .findFirst()
        .flatMap(o -> o.service().codebook())
        .map(Codebook::id);
  }

  private static Set<String> known() {
    Set<String> known = new HashSet<>(OWN);
    known.addAll(StyleFields.STYLE);
    known.addAll(StyleFields.PARTS);
    return known;
  }

  private String input(Fields fields) {
    String input = fields.require("input");
    long most =
        isUnits(input)
            ? limits.audio().toSeconds() * UNITS_PER_SECOND * CHARACTERS_PER_UNIT
            : limits.speechCharacters();
    if (input.length() > most) {
      throw ApiException.refused(
              413,
              "too_long",
              "input has %d characters, the limit is %d".formatted(input.length(), most))
          .about("input");
    }
    return input;
  }

  private static boolean events(Fields fields) {
    String name = fields.text("stream_format").orElse("audio");
    if (!name.equals("audio") && !name.equals("sse")) {
      throw ApiException.invalid(
          "stream_format", "unknown stream_format \"%s\"; known: audio, sse".formatted(name));
    }
    return name.equals("sse");
  }

  private static Style style(JsonNode json, Fields fields, StyleCatalogue catalogue) {
    JsonNode voice = json.path("voice");
    Optional<String> speaker =
        voice.isObject() ? Fields.of(voice).text("id") : fields.text("voice");
    Style asked = StyleFields.style(fields);
    boolean usualSpeed = asked.speed().filter(new Style.Amount(1)::equals).isPresent();
    Style style =
        usualSpeed
            ? new Style(
                asked.speaker(),
                asked.emotion(),
                asked.intensity(),
                asked.pitch(),
                Optional.empty())
            : asked;
    Style known = style;
    if (speaker.isPresent()) {
      known = style.withSpeaker(Names.speaker(speaker.get(), catalogue.speakers()));
    }
    if (known.keepsSpeaker()) {
      throw ApiException.invalid(
          "voice", "voice \"same\" keeps a recording's voice, and there is none here");
    }
    StyleFields.check(known, catalogue, "voice");
    Optional<String> instructions = fields.text("instructions");
    return instructions.isPresent()
        ? Instructions.apply(known, instructions.get(), catalogue)
        : known;
  }

  private void speakUnits(Order order) throws Exception {
    VoiceFinder.Voice voice = order.voice();
    StyleVector vector =
        services
            .styles()
            .call(
                voice.style(),
                offer -> offer.service().styleSpace().equals(voice.space()),
                module -> module.encode(order.style()));
    Audio audio =
        services
            .vocoders()
            .call(
                voice.vocoder(),
                offer -> offer.service().styleSpace().equals(voice.space()),
                v -> v.vocode(UnitSequence.parse(v.codebook(), order.input()), vector));
    order.reply().piece(audio);
    order.reply().end(usage(Optional.empty()));
  }

  private void speakText(Order order) throws Exception {
    DialogueRequest request =
        new DialogueRequest(
            ChatMode.TTS,
            order.input(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            ChatRequest.DEFAULT_SYSTEM,
            Sampling.DEFAULT,
            order.style(),
            order.model(),
            order.parts(),
            DialogueRequest.Delivery.AT_PAUSES,
            true);
    try (DialogueStream stream = services.dialogue().start(request)) {
      while (true) {
        DialogueEvent event = stream.next().orElseThrow();
        if (event instanceof DialogueEvent.Spoke spoke) {
          order.reply().piece(spoke.audio());
        } else if (event instanceof DialogueEvent.Finished finished) {
          requireSpoken(finished.result());
          order.reply().end(usage(Optional.of(finished.result())));
          return;
        }
      }
    }
  }

  private static void requireSpoken(DialogueResult result) throws LanguageModelException {
    if (result.audio().isEmpty() || result.problem().isPresent()) {
      throw new LanguageModelException(
          Reason.BROKEN, result.problem().orElse("the model wrote no speech units"));
    }
  }

  public static Map<String, Object> usage(Optional<DialogueResult> result) {
    int in = result.map(r -> r.usage().prompt().orElse(r.prompt().total())).orElse(0);
    int out =
        result
            .map(r -> r.usage().completion().orElse(r.units().map(UnitSequence::length).orElse(0)))
            .orElse(0);
    Map<String, Object> usage = new LinkedHashMap<>();
    usage.put("input_tokens", in);
    usage.put("output_tokens", out);
    usage.put("total_tokens", in + out);
    return usage;
  }
}
