package org.emova4j.llm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.emova4j.api.chat.ChatEvent;
import org.emova4j.api.chat.ChatRequest;
import org.emova4j.api.chat.ChatStream;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;
import org.emova4j.api.speech.SpeechException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class BadServerTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String HELLO = "{\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}";
  private static final ChatRequest HI = ChatRequest.text("Hi", List.of());

  private ScriptedServer server;
  private Remote remote;
  private final List<ChatEvent> events = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    remote = new Remote(server.url() + "/v1");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private LanguageModelException failure() {
    return catchThrowableOfType(LanguageModelException.class, () -> remote.ask(HI, events));
  }

  private void assertClientWent() throws Exception {
    assertThat(server.disconnected.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void nobodyListens() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      remote.url = "http://127.0.0.1:" + free.getLocalPort() + "/v1";
    }
    assertThat(failure().reason()).isEqualTo(Reason.UNREACHABLE);
  }

  @Test
  void theHostIsUnknown() {
    remote.url = "http://no-such-host.invalid/v1";
    remote.retries = 0;

    LanguageModelException failure = failure();

    assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
    assertThat(failure).hasMessageContaining("unknown host");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"type\":\"exceed_context_size_error\",\"message\":\"too many tokens\"}}",
        "{\"error\":{\"code\":\"context_length_exceeded\",\"message\":\"too many tokens\"}}",
        "{\"message\":\"This model's maximum context length is 10: too many tokens\"}"
      })
  void aQuestionThatIsTooLongIsAskedOnce(String body) {
    server.on(CHAT, e -> e.answer(400, "application/json", body));

    assertThat(failure())
        .hasMessageContaining("too many tokens")
        .isInstanceOfSatisfying(
            LanguageModelException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LONG));
    assertThat(server.requestsTo(CHAT)).hasSize(1);
  }

  @Test
  void refusalsCarryTheServersWords() {
    server.on(
        CHAT,
        e ->
            e.answer(
                404,
                "application/json",
                "{\"error\":{\"message\":\"The model `x` does not exist.\\u001b[31m\"}}"));

    assertThat(failure())
        .hasMessageContaining("HTTP 404")
        .hasMessageEndingWith("The model `x` does not exist. [31m");
    assertThat(server.requestsTo(CHAT)).hasSize(1);
  }

  @Test
  void aKeyIsSentAndNeverRepeated() {
    remote.keyVariable = Optional.of("THE_KEY");
    remote.environment = Map.of("THE_KEY", "sk-secret");
    server.on(
        CHAT,
        e -> e.answer(401, "application/json", "{\"error\":{\"message\":\"no key sk-secret\"}}"));

    LanguageModelException failure = failure();

    assertThat(server.requests.get(0).headers()).containsEntry("authorization", "Bearer sk-secret");
    assertThat(failure).hasMessageContaining("another key");
    assertThat(failure.getMessage()).doesNotContain("sk-secret");
  }

  @Test
  void aKeyThatIsNotSetIsNamed() {
    remote.keyVariable = Optional.of("THE_KEY");

    assertThat(failure()).hasMessageContaining("THE_KEY");
    assertThat(server.requests).isEmpty();
  }

  @Test
  void redirectsAreNotFollowed() {
    server.on(CHAT, e -> e.answer(307, "text/plain", "", "Location: http://elsewhere.invalid/v1"));

    assertThat(failure()).hasMessageContaining("http://elsewhere.invalid/v1");
  }

  @Test
  void retriesUntilThereIsAnAnswer() throws SpeechException {
    AtomicInteger calls = new AtomicInteger();
    server.on(
        CHAT,
        exchange -> {
          switch (calls.incrementAndGet()) {
            case 1 -> {} // closes without a word
            case 2 -> exchange.answer(503, "text/html", "<html>busy</html>", "Retry-After: 0");
            default -> {
              exchange.begin("text/event-stream");
              exchange.write("data: " + HELLO + "\n\ndata: [DONE]\n\n");
            }
          }
        });

    remote.ask(HI, events);

    assertThat(events).startsWith(new ChatEvent.AnswerText("Hello"));
    assertThat(calls).hasValue(3);
  }

  @Test
  void givesUpAfterItsRetries() {
    remote.retries = 1;
    server.on(CHAT, e -> e.answer(503, "text/html", "<b>try later</b>"));

    assertThat(failure()).hasMessageContaining("HTTP 503").hasMessageContaining("try later");
    assertThat(server.requestsTo(CHAT)).hasSize(2);
  }

  @Test
  void anAnswerThatBreaksOffIsNotAskedForAgainAndWhatCameIsKept() {
    server.onSse(CHAT, HELLO);

    LanguageModelException failure = failure();

    assertThat(failure.reason()).isEqualTo(Reason.BROKEN);
    assertThat(failure).hasMessageContaining("middle of the answer");
    assertThat(events).containsExactly(new ChatEvent.AnswerText("Hello"));
    assertThat(server.requestsTo(CHAT)).hasSize(1);
  }

  @Test
  void aChunkThatBreaksOffIsNoticed() {
    server.on(
        CHAT,
        e ->
            e.write(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\nffff\r\ndata: "
                    + HELLO
                    + "\n\n"));

    assertThat(failure().reason()).isEqualTo(Reason.BROKEN);
    assertThat(events).containsExactly(new ChatEvent.AnswerText("Hello"));
  }

  @Test
  void garbageIsQuotedInShort() {
    server.onSse(CHAT, "\u0007not json ".repeat(100));

    assertThat(failure())
        .hasMessageContaining("no JSON")
        .hasMessageContaining("not json")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
  }

  @Test
  void binaryGarbageEndsInAnError() {
    server.on(
        CHAT,
        exchange -> {
          exchange.begin("text/event-stream");
          byte[] noise = new byte[100_000];
          new java.util.Random(1).nextBytes(noise);
          exchange.out().write(noise);
        });

    assertThat(failure().reason()).isEqualTo(Reason.BROKEN);
  }

  @Test
  void whatIsNoHttpIsAnError() {
    remote.retries = 0;
    server.on(CHAT, e -> e.write("SSH-2.0-OpenSSH_9.2\r\n\r\n"));

    assertThat(failure().reason()).isEqualTo(Reason.BROKEN);
  }

  @Test
  void errorsInsideTheStreamAreTold() {
    server.onSse(CHAT, HELLO, "{\"error\":{\"message\":\"out of memory\",\"code\":500}}");

    assertThat(failure()).hasMessageContaining("out of memory");
    assertThat(events).containsExactly(new ChatEvent.AnswerText("Hello"));
  }

  @Test
  void aGigabyteInOneLineIsCutOff() throws Exception {
    server.on(
        CHAT,
        exchange -> {
          exchange.begin("text/event-stream");
          byte[] block = "a".repeat(1 << 20).getBytes(java.nio.charset.StandardCharsets.UTF_8);
          for (int i = 0; i < 1024; i++) {
            exchange.out().write(block);
          }
        });

    assertThat(failure()).hasMessageContaining("line of more than 4194304 bytes");
    assertClientWent();
  }

  @Test
  void anAnswerThatNeverEndsIsCutOff() throws Exception {
    String block = "data: " + HELLO.replace("Hello", "x".repeat(10_000)) + "\n\n";
    server.on(
        CHAT,
        exchange -> {
          exchange.begin("text/event-stream");
          while (true) {
            exchange.write(block);
          }
        });

    assertThat(failure()).hasMessageContaining("doesn't end");
    assertClientWent();
  }

  @Test
  void aServerThatSaysNothingIsGivenUp() throws Exception {
    remote.patience = Remote.patience(0.2, 20);
    server.on(CHAT, ScriptedServer.Exchange::awaitEnd);

    LanguageModelException failure = failure();

    assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT);
    assertThat(failure).hasMessageContaining("no answer began within 0.2 s");
    assertClientWent();
  }

  @Test
  void keepAlivesAreNoAnswer() throws Exception {
    remote.patience = Remote.patience(0.3, 20);
    server.on(
        CHAT,
        exchange -> {
          exchange.begin("text/event-stream");
          while (true) {
            exchange.write(": still here\n\n");
          }
        });

    assertThat(failure().reason()).isEqualTo(Reason.TIMEOUT);
    assertClientWent();
  }

  @Test
  void anAnswerThatStopsIsGivenUp() throws Exception {
    remote.patience = Remote.patience(20, 0.2);
    server.on(
        CHAT,
        exchange -> {
          exchange.begin("text/event-stream");
          exchange.write("data: " + HELLO + "\n\n");
          exchange.awaitEnd();
        });

    assertThat(failure()).hasMessageContaining("the answer stopped for 0.2 s");
    assertThat(events).containsExactly(new ChatEvent.AnswerText("Hello"));
    assertClientWent();
  }

  @Test
  void anAnswerThatTakesTooLongInAllIsGivenUp() throws Exception {
    remote.patience = Remote.patience(20, 20, 0.5);
    server.on(
        CHAT,
        exchange -> {
          exchange.begin("text/event-stream");
          exchange.write("data: " + HELLO + "\n\n");
          exchange.awaitEnd();
        });

    LanguageModelException failure = failure();

    assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT);
    assertThat(failure).hasMessageContaining("0.5 s");
    assertThat(events).containsExactly(new ChatEvent.AnswerText("Hello"));
    assertClientWent();
  }

  @Test
  void closingFromAnotherThreadEndsTheAnswerAndTheConnection() throws Exception {
    server.on(
        CHAT,
        exchange -> {
          exchange.begin("text/event-stream");
          exchange.write("data: " + HELLO + "\n\n");
          exchange.awaitEnd();
        });

    try (ChatStream stream = remote.model().ask(HI)) {
      assertThat(stream.next()).contains(new ChatEvent.AnswerText("Hello"));
      CompletableFuture<Void> closer = CompletableFuture.runAsync(stream::close);
      assertThat(stream.next())
          .get()
          .isInstanceOfSatisfying(
              ChatEvent.Done.class,
              done -> assertThat(done.finish()).isEqualTo(ChatEvent.Finish.CANCELLED));
      assertThat(stream.next()).isEmpty();
      closer.get(30, TimeUnit.SECONDS);
    }
    assertClientWent();
  }

  @Test
  void closingBeforeTheServerAnswersEndsTheRequest() throws Exception {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    server.on(
        CHAT,
        exchange -> {
          asked.complete(null);
          exchange.awaitEnd();
        });

    try (ChatStream stream = remote.model().ask(HI)) {
      CompletableFuture<Void> closer = asked.thenRun(stream::close);
      assertThat(stream.next()).get().isInstanceOf(ChatEvent.Done.class);
      closer.get(30, TimeUnit.SECONDS);
    }
    assertClientWent();
  }

  @Test
  void answersEndWithTheServiceThatGivesThem() throws Exception {
    server.on(
        CHAT,
        exchange -> {
          exchange.begin("text/event-stream");
          exchange.write("data: " + HELLO + "\n\n");
          exchange.awaitEnd();
        });

    try (ChatStream stream = remote.model().ask(HI)) {
      assertThat(stream.next()).contains(new ChatEvent.AnswerText("Hello"));
      remote.transport.close();
      assertThat(stream.next()).get().isInstanceOf(ChatEvent.Done.class);
    }
    assertClientWent();
  }
}
