package org.emova4j.llm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.emova4j.api.chat.ChatMode;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.LanguageModel.TokenCount;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ProbeTest {
  private static final String MODELS = "{\"data\":[{\"id\":\"emova-7b\",\"max_model_len\":4096}]}";

  private static final String LLAMA_CPP =
      "{\"data\":[{\"id\":\"emova-7b\",\"owned_by\":\"llamacpp\","
          + "\"meta\":{\"n_ctx\":1024,\"n_ctx_train\":32768}}]}";

  private ScriptedServer server;
  private Remote remote;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    server.on("/v1/models", e -> e.json(MODELS));
    remote = new Remote(server.url() + "/v1");
    remote.probe = true;
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void aTokenizerThatKnowsUnitsTurnsSpeechOn() throws Exception {
    server.on("/tokenize", e -> e.json("{\"tokens\":[87,25,153000,152001],\"count\":4}"));

    assertThat(remote.model().capabilities().modes()).containsExactlyInAnyOrder(ChatMode.values());
    assertThat(remote.model().capabilities().contextTokens()).isEqualTo(4096);
    assertThat(server.requestsTo("/tokenize").get(0).body())
        .contains("x:<|speech_0|><|speech_4095|>");
  }

  @Test
  void aTokenizerThatSplitsUnitsTurnsSpeechOff() throws Exception {
    server.on("/tokenize", e -> e.json("{\"tokens\":[87,25,27,91,88,62,91,27,91,88,62]}"));

    assertThat(remote.model().capabilities().modes())
        .containsExactlyInAnyOrder(ChatMode.TEXT, ChatMode.IMAGE_TEXT);
    assertThat(remote.model().capabilities().note()).contains("doesn't know the speech units");
  }

  @Test
  void aServerThatCountsNoTokensIsAskedToSpeak() throws Exception {
    server.onSse(
        "/v1/chat/completions",
        "{\"choices\":[{\"delta\":{\"content\":\"<|speech_1|>\"}}]}",
        "[DONE]");

    assertThat(remote.model().capabilities().modes()).contains(ChatMode.SPEECH);
    assertThat(server.requestsTo("/v1/chat/completions").get(0).body())
        .contains("\"max_tokens\":8")
        .contains("hello");
  }

  @Test
  void aServerThatDoesNotSpeakTurnsSpeechOff() throws Exception {
    server.onSse(
        "/v1/chat/completions", "{\"choices\":[{\"delta\":{\"content\":\"Hello!\"}}]}", "[DONE]");

    assertThat(remote.model().capabilities().modes()).doesNotContain(ChatMode.TTS);
  }

  @Test
  void aServerThatKnowsUnitsButLeavesThemOutTurnsSpeechOff() throws Exception {
    server
        .on("/v1/models", e -> e.json(LLAMA_CPP))
        .on("/tokenize", e -> e.json("{\"tokens\":[87,25,153000,152001]}"))
        .onSse("/v1/chat/completions", "{\"choices\":[{\"delta\":{}}]}", "[DONE]");

    assertThat(remote.model().capabilities().modes()).doesNotContain(ChatMode.TTS);
    assertThat(remote.model().capabilities().note()).contains("--special");
  }

  @Test
  void aContextThatIsServedCountsForMoreThanTheModelsOwn() throws Exception {
    server
        .on("/v1/models", e -> e.json(LLAMA_CPP))
        .on("/tokenize", e -> e.json("{\"tokens\":[" + "1,".repeat(999) + "2]}"));

    assertThat(remote.model().capabilities().contextTokens()).isEqualTo(1024);
    assertThatThrownBy(() -> remote.ask(ChatRequest.text("word ".repeat(990), List.of())))
        .isInstanceOfSatisfying(
            LanguageModelException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LONG))
        .hasMessageContaining("1000 tokens, too many for the 1024");
  }

  @Test
  void theOnlyModelNeedsNoName() throws Exception {
    remote.model = "";
    server
        .on("/tokenize", e -> e.json("{\"tokens\":[87,25,153000,152001]}"))
        .onSse("/v1/chat/completions", "[DONE]");

    remote.ask(ChatRequest.text("Hi", List.of()));

    assertThat(server.requestsTo("/v1/chat/completions").get(0).body())
        .contains("\"model\":\"emova-7b\"");
  }

  @Test
  void amongSeveralModelsOneMustBeNamed() {
    remote.model = "";
    server.on("/v1/models", e -> e.json("{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}"));

    assertThatThrownBy(() -> remote.model().capabilities()).hasMessageContaining("It has: a, b");
  }

  @Test
  void aServerThatIsAwayIsAskedAgainNextTime() throws Exception {
    server.close();
    RemoteModel model = remote.model();
    assertThatThrownBy(model::capabilities)
        .isInstanceOfSatisfying(
            LanguageModelException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
    assertThatThrownBy(model::capabilities).isInstanceOf(LanguageModelException.class);
  }

  @Test
  void countsExactlyWhereAnEstimateMightNotDo() throws Exception {
    server.on("/tokenize", e -> e.json("{\"tokens\":[" + "1,".repeat(6999) + "2]}"));
    ChatRequest question = ChatRequest.text("word ".repeat(6900), List.of());

    assertThat(remote.model().count(question)).isEqualTo(new TokenCount(7000, 0, 0, true));
    assertThat(remote.model().count(ChatRequest.text("Hi there", List.of())).exact()).isFalse();
  }
}
