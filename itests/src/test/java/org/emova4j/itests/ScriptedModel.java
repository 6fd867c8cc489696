package org.emova4j.itests;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.emova4j.api.unit.UnitSequence;

/** A language model's server that knows a few questions. */
final class ScriptedModel implements AutoCloseable {
  private static final String TEXT = "Good morning. What a day!";
  private static final int SLOW_WORDS = 200;
  private static final int SLOW_MILLIS = 100;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final String units;

  /**
   * @param speech what it says
   */
  ScriptedModel(UnitSequence speech) throws IOException {
    StringBuilder all = new StringBuilder();
    for (int id : speech.ids()) {
      all.append("<|speech_%d|>".formatted(id));
    }
    units = all.toString();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/chat/completions", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    String asked = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    if (asked.contains("Fail.")) {
      byte[] error = "{\"error\":{\"message\":\"the model has no memory left\"}}".getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(400, error.length);
      exchange.getResponseBody().write(error);
      exchange.close();
      return;
    }
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream body = exchange.getResponseBody()) {
      if (asked.contains("user question speech")) {
        write(body, "{\\\"user question text\\\": \\\"Hello?\\\", ");
        write(body, "\\\"user question emotion\\\": \\\"neutral\\\", ");
        write(body, "\\\"assistant response text\\\": \\\"" + TEXT + "\\\", ");
        write(body, "\\\"assistant response emotion\\\": \\\"happy\\\", ");
        write(body, "\\\"assistant response pitch\\\": \\\"normal\\\", ");
        write(body, "\\\"assistant response speech\\\": \\\"" + units + "\\\"}");
      } else if (asked.contains("Please synthesize")) {
        write(body, units);
      } else if (asked.contains("image_url")) {
        write(body, "It is a picture.");
      } else if (asked.contains("slowly")) {
        slowly(body);
      } else {
        write(body, TEXT);
      }
      body.write("data: [DONE]\n\n".getBytes(UTF_8));
    }
  }

  private static void slowly(OutputStream body) throws IOException {
    for (int i = 0; i < SLOW_WORDS; i++) {
      write(body, "Good morning. ");
      try {
        Thread.sleep(SLOW_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static void write(OutputStream body, String text) throws IOException {
    String event = "data: {\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
    body.write(event.getBytes(UTF_8));
    body.flush();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
