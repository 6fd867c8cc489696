package org.emova4j.llm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatEvent.Finish;
import org.emova4j.api.chat.ChatEvent.Usage;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.Sampling;
import org.emova4j.api.chat.Turn;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.api.unit.Codebook;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.api.vision.PreparedImage;
import org.emova4j.llm.format.Prompts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class OpenAiModelTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String HELLO =
      "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}";
  private static final String STOP = "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}";
  private static final ChatRequest HI = ChatRequest.text("Hi", List.of());
  private static final PreparedImage IMAGE =
      PreparedImage.adopt(1, 1, new byte[3], new byte[] {1, 2, 3}, "image/png", 56, 56);
  private static final UnitSequence UNITS = UnitSequence.of(Remote.CODEBOOK, 7, 12);

  private ScriptedServer server;
  private Remote remote;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    remote = new Remote(server.url() + "/v1");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private JsonNode sent(String path) throws IOException {
    return new ObjectMapper().readTree(server.requestsTo(path).get(0).body());
  }

  @Test
  void sendsWhatTheSpecificationAsksFor() throws Exception {
    server.onSse(CHAT, HELLO, STOP, "[DONE]");

    remote.ask(ChatRequest.imageSpeech(IMAGE, UNITS));

    JsonNode body = sent(CHAT);
    assertThat(body)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"model": "emova-7b", "stream": true, "temperature": 0.2, "top_p": 0.7,
                     "max_tokens": 2048, "stream_options": {"include_usage": true},
                     "repetition_penalty": 1.0, "repeat_penalty": 1.0, "top_k": -1, "min_p": 0.0,
                     "skip_special_tokens": true,
                     "spaces_between_special_tokens": false, "stop_token_ids": [151645, 151643],
                     "messages": [
                       {"role": "system", "content": "You are a helpful assistant."},
                       {"role": "user", "content": [
                         {"type": "image_url", "image_url": {"url": "data:image/png;base64,AQID"}},
                         {"type": "text", "text": %s}]}]}
                    """
                        .formatted(
                            new ObjectMapper()
                                .writeValueAsString(Prompts.CHAT + "<|speech_7|><|speech_12|>"))));
  }

  @Test
  void keepsTheImageOfTheFirstTurn() throws Exception {
    server.onSse(CHAT, HELLO, STOP);

    remote.ask(ChatRequest.text("Why?", List.of(new Turn(Optional.of(IMAGE), "What?", "A cat."))));

    JsonNode messages = sent(CHAT).path("messages");
    assertThat(messages).hasSize(4);
    assertThat(messages.path(1).path("content").path(1).path("text").asText()).isEqualTo("What?");
    assertThat(messages.path(2).path("content").asText()).isEqualTo("A cat.");
    assertThat(messages.path(3).path("content").asText()).isEqualTo("Why?");
  }

  @Test
  void rendersThePromptItselfForCompletions() throws Exception {
    remote.backend = RemoteSettings.Backend.OPENAI_COMPLETIONS;
    server.onSse(
        "/v1/completions",
        "{\"choices\":[{\"text\":\"Hel\"}]}",
        "{\"choices\":[{\"text\":\"lo\",\"finish_reason\":\"stop\"}]}",
        "[DONE]");

    assertThat(remote.ask(HI))
        .startsWith(new ChatEvent.AnswerText("Hel"), new ChatEvent.AnswerText("lo"));
    assertThat(sent("/v1/completions").path("prompt").asText())
        .isEqualTo(Prompts.render(HI, false));
  }

  @Test
  void completionsRefuseImagesBeforeSending() {
    remote.backend = RemoteSettings.Backend.OPENAI_COMPLETIONS;

    assertThatThrownBy(() -> remote.ask(ChatRequest.imageText(IMAGE, "What?")))
        .isInstanceOf(LanguageModelException.class)
        .hasMessageContaining("sends no images");
    assertThat(server.requests).isEmpty();
  }

  @Test
  void refusesUnitsOfAnotherCodebookAndNamesBoth() {
    Codebook lite = new Codebook("lite-40ms-4096", 4096, Duration.ofMillis(40));

    assertThatThrownBy(() -> remote.ask(ChatRequest.recognize(UnitSequence.of(lite, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lite-40ms-4096")
        .hasMessageContaining("emova-40ms-4096");
    assertThat(server.requests).isEmpty();
  }

  @Test
  void readsTextUsageAndFinishReason() throws SpeechException {
    server.onSse(
        CHAT,
        "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}",
        HELLO,
        "{\"choices\":[{\"delta\":{\"content\":\" there\"},\"finish_reason\":\"length\"}]}",
        "{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3}}",
        "[DONE]");

    assertThat(remote.ask(HI))
        .containsExactly(
            new ChatEvent.AnswerText("Hello"),
            new ChatEvent.AnswerText(" there"),
            new ChatEvent.Done(
                Finish.LENGTH,
                Optional.of(ChatEvent.Defect.TRUNCATED),
                new Usage(OptionalInt.of(9), OptionalInt.of(3))));
  }

  @Test
  void bearsTheVarietiesOfEventStreams() throws SpeechException {
    server.on(
        CHAT,
        exchange -> {
          exchange.begin("text/event-stream; charset=utf-8");
          exchange.write("\uFEFF: hello\r\nevent: x\r\nid: 1\r\ndata:" + HELLO + "\r\n\r\n\r\n");
          exchange.write("data: {\"choices\":\rdata: [{\"delta\":{\"content\":\"\u00e9\"}}]}\r\r");
          exchange.write("data: " + STOP); // no end of line, no end mark
        });

    assertThat(remote.ask(HI))
        .startsWith(new ChatEvent.AnswerText("Hello"), new ChatEvent.AnswerText("\u00e9"));
  }

  @Test
  void readsAnAnswerThatIsNotStreamed() throws SpeechException {
    server.on(
        CHAT,
        e ->
            e.json(
                "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":"
                    + "[{\"type\":\"text\",\"text\":\"Hello\"}]},\"finish_reason\":\"stop\"}]}"));

    assertThat(remote.ask(HI))
        .startsWith(new ChatEvent.AnswerText("Hello"))
        .last()
        .isEqualTo(new ChatEvent.Done(Finish.STOP, Optional.empty(), Usage.UNKNOWN));
  }

  @Test
  void asksWithFewerFieldsWhereSomeAreRefused() throws Exception {
    server.on(
        CHAT,
        exchange -> {
          if (exchange.request().body().contains("stream_options")) {
            exchange.answer(422, "application/json", "{\"detail\":\"Unexpected keys\"}");
          } else {
            exchange.begin("text/event-stream");
            exchange.write("data: " + HELLO + "\n\ndata: [DONE]\n\n");
          }
        });
    RemoteModel model = remote.model();

    for (int i = 0; i < 2; i++) {
      try (var stream = model.ask(HI)) {
        assertThat(stream.next()).contains(new ChatEvent.AnswerText("Hello"));
      }
    }
    assertThat(server.requestsTo(CHAT)).as("it remembers").hasSize(4);
  }

  @Test
  void allowsNothingButUnitsWhereTheServerCan() throws Exception {
    remote.constraint = RemoteSettings.Constraint.STRUCTURED_OUTPUTS;
    server.onSse(CHAT, STOP);

    remote.ask(ChatRequest.synthesize("Hi").withSampling(Sampling.GREEDY.withSeed(5)));

    assertThat(sent(CHAT).path("structured_outputs").path("regex").asText())
        .isEqualTo("(<\\|speech_[0-9]{1,4}\\|>)+");
    assertThat(sent(CHAT).path("seed").asLong()).isEqualTo(5);
  }
}
