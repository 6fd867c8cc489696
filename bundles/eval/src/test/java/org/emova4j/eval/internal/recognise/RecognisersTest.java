package org.emova4j.eval.internal.recognise;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.emova4j.api.audio.Audio;
import org.emova4j.eval.Recogniser;
import org.emova4j.eval.Recognisers;
import org.emova4j.wav.internal.WavAudioWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecognisersTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Audio SOUND = Audio.of(new float[22_050], 22_050);

  @TempDir Path folder;

  private static Recogniser recogniser(String text, Duration timeout) {
    return Recognisers.of(text, new WavAudioWriter(), "whisper-1", Optional.of("secret"), timeout);
  }

  @Test
  void runsACommandWithoutAShell() throws Exception {
    Path script = folder.resolve("it's heard.sh");
    Files.writeString(
        script,
        "test $(head -c 4 \"$1\") = RIFF && echo \"$2\" && echo \"$3\" && wc -c < \"$1\"\n");
    String command = "sh \"%s\" {file} '$(rm -rf x); `id`' \"*\"".formatted(script);
    String heard = recogniser(command, TIMEOUT).recognise(SOUND);
    // 44 bytes of header, and 16-bit samples of one second at 16 kHz.
    assertThat(heard).isEqualTo("$(rm -rf x); `id` * 32044");
  }

  @Test
  void saysWhatACommandSaidWhenItFailed() {
    assertThatThrownBy(
            () -> recogniser("sh -c 'echo no model >&2; exit 3' {file}", TIMEOUT).recognise(SOUND))
        .isInstanceOf(IOException.class)
        .hasMessage("recogniser sh ended with code 3: no model");
    assertThatThrownBy(() -> recogniser("/no/such/program {file}", TIMEOUT).recognise(SOUND))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("can't be started");
  }

  @Test
  void endsACommandThatTakesTooLong() {
    assertThatThrownBy(
            () ->
                recogniser("sh -c 'sleep 60; echo late' {file}", Duration.ofMillis(300))
                    .recognise(SOUND))
        .hasMessageContaining("took longer than");
  }

  @Test
  void wantsAPlaceForTheFile() {
    assertThatThrownBy(() -> recogniser("my-asr", TIMEOUT))
        .hasMessage("recogniser \"my-asr\" has no argument with {file}");
    assertThatThrownBy(() -> recogniser("my-asr '{file}", TIMEOUT))
        .hasMessageContaining("a quote is not closed");
  }

  @Test
  void asksAServer() throws Exception {
    AtomicReference<String> asked = new AtomicReference<>();
    HttpServer server =
        server(
            exchange -> {
              asked.set(
                  exchange.getRequestURI()
                      + " "
                      + exchange.getRequestHeaders().getFirst("Authorization")
                      + " "
                      + new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
              answer(exchange, 200, "{\"text\": \" Good\\n morning \"}");
            });
    try {
      String address = "http://localhost:%d/v1".formatted(server.getAddress().getPort());
      assertThat(recogniser(address, TIMEOUT).recognise(SOUND)).isEqualTo("Good morning");
      assertThat(asked.get())
          .startsWith("/v1/audio/transcriptions Bearer secret ")
          .contains("name=\"model\"\r\n\r\nwhisper-1\r\n")
          .contains("filename=\"speech.wav\"")
          .contains("RIFF");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void saysWhatAServerAnswered() throws Exception {
    HttpServer server = server(exchange -> answer(exchange, 503, "{\"error\":\"loading\"}"));
    try {
      String address = "http://localhost:%d/".formatted(server.getAddress().getPort());
      assertThatThrownBy(() -> recogniser(address, TIMEOUT).recognise(SOUND))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("answers 503: {\"error\":\"loading\"}");
    } finally {
      server.stop(0);
    }
  }

  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private static HttpServer server(Answer answer) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", answer::to);
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, int code, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
