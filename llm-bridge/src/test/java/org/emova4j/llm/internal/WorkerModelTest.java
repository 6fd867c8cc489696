package org.emova4j.llm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;
import org.emova4j.api.unit.UnitSequence;
import org.emova4j.api.vision.PreparedImage;
import org.emova4j.llm.format.Prompts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class WorkerModelTest {
  private static final String GENERATE = "/worker_generate_stream";
  private static final PreparedImage IMAGE =
      PreparedImage.adopt(1, 1, new byte[3], new byte[] {1, 2, 3}, "image/png", 56, 56);
  private static final ChatRequest QUESTION =
      ChatRequest.imageSpeech(IMAGE, UnitSequence.of(Remote.CODEBOOK, 7, 12));
  private static final String PROMPT = Prompts.render(QUESTION, true);

  private ScriptedServer server;
  private Remote remote;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    remote = new Remote(server.url());
    remote.backend = RemoteSettings.Backend.EMOVA_WORKER;
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  /** Frames as the worker sends them: the prompt and all of the answer so far, and a NUL. */
  private static ScriptedServer.Script says(int code, String... answers) {
    return exchange -> {
      exchange.begin("application/octet-stream");
      for (String answer : answers) {
        String text = code == 0 ? PROMPT + answer : answer;
        exchange.write(
            new ObjectMapper().writeValueAsString(Map.of("text", text, "error_code", code)) + "\0");
      }
    };
  }

  @Test
  void speaksTheWorkersProtocol() throws Exception {
    server.on(
        GENERATE,
        says(
            0,
            "",
            "{\"assistant response text\": \"Hi",
            "{\"assistant response text\": \"Hi\uFFFD", // half a character
            "{\"assistant response text\": \"Hi\u00e9\", \"assistant response speech\": \"<|spee",
            "{\"assistant response text\": \"Hi\u00e9\", \"assistant response speech\":"
                + " \"<|speech_5|>\"}"));

    assertThat(remote.ask(QUESTION))
        .containsExactly(
            new ChatEvent.AnswerText("Hi"),
            new ChatEvent.AnswerText("\u00e9"),
            new ChatEvent.Unit(5),
            new ChatEvent.Done(
                ChatEvent.Finish.UNKNOWN, Optional.empty(), ChatEvent.Usage.UNKNOWN));

    JsonNode sent = new ObjectMapper().readTree(server.requestsTo(GENERATE).get(0).body());
    assertThat(sent)
        .isEqualTo(
            new ObjectMapper()
                .valueToTree(
                    Map.of(
                        "model",
                        "emova-7b",
                        "prompt",
                        PROMPT,
                        "temperature",
                        0.2,
                        "top_p",
                        0.7,
                        "max_new_tokens",
                        2048,
                        "stop",
                        "<|im_end|>\n",
                        "images",
                        List.of("AQID"))));
    assertThat(PROMPT).contains("<|im_start|>user\n<image>\nPlease recognize the texts");
  }

  @Test
  void goesToTheWorkerThatAControllerNamesWithoutTheKey() throws Exception {
    remote.keyVariable = Optional.of("KEY");
    remote.environment = Map.of("KEY", "secret");
    try (ScriptedServer worker = new ScriptedServer()) {
      server.on("/get_worker_address", e -> e.json("{\"address\": \"" + worker.url() + "\"}"));
      worker.on(GENERATE, says(0, "{\"assistant response text\": \"Hi\"}"));

      assertThat(remote.ask(QUESTION)).startsWith(new ChatEvent.AnswerText("Hi"));

      assertThat(worker.requests.get(0).headers()).doesNotContainKey("authorization");
      assertThat(server.requests.get(0).headers()).containsEntry("authorization", "Bearer secret");
      assertThat(server.requestsTo(GENERATE)).isEmpty();
    }
  }

  @Test
  void leavesItToTheControllerWhereTheWorkerCannotBeReached() throws Exception {
    ScriptedServer worker = new ScriptedServer();
    worker.close();
    server
        .on("/get_worker_address", e -> e.json("{\"address\": \"" + worker.url() + "\"}"))
        .on(GENERATE, says(0, "{\"assistant response text\": \"Hi\"}"));

    assertThat(remote.ask(QUESTION)).startsWith(new ChatEvent.AnswerText("Hi"));
  }

  @Test
  void tellsWhatTheWorkerSaysOfItsFailures() {
    server.on(GENERATE, says(1, "**NETWORK ERROR DUE TO HIGH TRAFFIC.**"));
    assertThatThrownBy(() -> remote.ask(QUESTION))
        .hasMessageContaining("the worker failed (error code 1)")
        .hasMessageContaining("HIGH TRAFFIC");

    server.on(GENERATE, says(2, "no worker"));
    assertThatThrownBy(() -> remote.ask(QUESTION)).hasMessageContaining("has no worker");
  }

  @Test
  void aQuestionThatIsTooLongIsCalledThat() {
    server.on(
        GENERATE, says(0, "Exceeds max token length. Please start a new conversation, thanks."));

    assertThatThrownBy(() -> remote.ask(QUESTION))
        .isInstanceOfSatisfying(
            LanguageModelException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LONG));
  }

  @Test
  void aFrameThatBreaksOffIsAnErrorAndWhatCameIsKept() {
    server.on(
        GENERATE,
        exchange -> {
          says(0, "{\"assistant response text\": \"Hi").run(exchange);
          exchange.write("{\"text\": \"Pl");
        });
    List<ChatEvent> events = new ArrayList<>();

    assertThatThrownBy(() -> remote.ask(QUESTION, events))
        .hasMessageContaining("middle of the answer");
    assertThat(events).containsExactly(new ChatEvent.AnswerText("Hi"));
  }

  @Test
  void framesWithoutEndAreCutOff() throws Exception {
    server.on(
        GENERATE,
        exchange -> {
          exchange.begin("application/octet-stream");
          byte[] block = new byte[1 << 20];
          java.util.Arrays.fill(block, (byte) '{');
          for (int i = 0; i < 1024; i++) {
            exchange.out().write(block);
          }
        });

    assertThatThrownBy(() -> remote.ask(QUESTION))
        .hasMessageContaining("message of more than 4194304 bytes");
    assertThat(server.disconnected.get(30, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
  }
}
