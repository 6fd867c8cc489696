package org.emova4j.itests;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * A server of a language model that answers each kind of question with the same words and units.
 */
final class ScriptedModel implements AutoCloseable {
  static final String HEARD = "Hello there.";
  static final String ANSWER = "Hello back.";

  /** Asked so, it refuses, or takes {@link #SLOW_WORDS} times {@link #SLOW_MILLIS}. */
  static final String FAIL = "Fail.";

  static final String SLOWLY = "Tell me slowly.";
  private static final int SLOW_WORDS = 200;
  private static final int SLOW_MILLIS = 100;

  private static final ObjectMapper JSON = new ObjectMapper();

  final List<String> asked = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final String units;

  /**
   * @param units as text, which all speech of it consists of
   */
  ScriptedModel(String units) throws IOException {
    this.units = units;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/chat/completions", this::answer);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
  }

  String url() {
    return "http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
    JsonNode content = body.path("messages").path(body.path("messages").size() - 1).path("content");
    String question =
        content.isTextual() ? content.asText() : content.path(1).path("text").asText();
    asked.add(body.toString());
    if (question.equals(FAIL)) {
      refuse(exchange);
      return;
    }
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      for (String piece : pieces(question)) {
        Map<String, Object> event =
            Map.of("choices", List.of(Map.of("delta", Map.of("content", piece))));
        out.write(("data: " + JSON.writeValueAsString(event) + "\n\n").getBytes(UTF_8));
        out.flush();
        if (question.equals(SLOWLY)) {
          pause();
        }
      }
      out.write("data: [DONE]\n\n".getBytes(UTF_8));
    }
  }

  private static void refuse(HttpExchange exchange) throws IOException {
    byte[] error = "{\"error\": {\"message\": \"no memory left\"}}".getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(400, error.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(error);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(SLOW_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> pieces(String question) {
    if (question.startsWith("Please recognize the text corr")) {
      return List.of("Hello ", "there.");
    }
    if (question.startsWith("Please synthesize")) {
      return List.of(units);
    }
    if (question.contains("user question speech:")) {
      return List.of(
          "{\"user question text\": \"Hello there.\", \"user question emotion\": \"neutral\",",
          " \"user question pitch\": \"normal\", \"assistant response text\": \"Hello ",
          "back.\", \"assistant response emotion\": \"happy\",",
          " \"assistant response pitch\": \"normal\", \"assistant response speech\": \"",
          units,
          units,
          "\"}");
    }
    if (question.equals(SLOWLY)) {
      return Collections.nCopies(SLOW_WORDS, "Hello ");
    }
    return List.of("Hello ", "back.");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
