package org.emova4j.itests;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.WebSocket;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of the realtime interface. Confined to one thread. */
final class RealtimeClient implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;
  private static final int CHUNK_BYTES = 24_000; // half a second

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private WebSocket socket;
  private long samples;

  static RealtimeClient open(Served served, String query) throws Exception {
    RealtimeClient client = new RealtimeClient();
    client.socket =
        served
            .client()
            .newWebSocketBuilder()
            .subprotocols("realtime", "openai-insecure-api-key." + Served.TOKEN)
            .buildAsync(
                URI.create("ws://127.0.0.1:%d/v1/realtime?%s".formatted(served.port, query)),
                client.new Listener())
            .get(30, TimeUnit.SECONDS);
    return client;
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      message.append(data);
      if (last) {
        events.add(message.toString());
        message.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  void send(String event) throws Exception {
    socket.sendText(event, true).get(30, TimeUnit.SECONDS);
  }

  /** As a microphone does: bit by bit. */
  void speak(byte[] pcm) throws Exception {
    for (int from = 0; from < pcm.length; from += CHUNK_BYTES) {
      byte[] chunk = Arrays.copyOfRange(pcm, from, Math.min(pcm.length, from + CHUNK_BYTES));
      send(
          "{\"type\":\"input_audio_buffer.append\",\"audio\":\"%s\"}"
              .formatted(Base64.getEncoder().encodeToString(chunk)));
    }
  }

  /** The next event of a type; others are passed over, and their sound is counted. */
  JsonNode await(String type) throws IOException, InterruptedException {
    while (true) {
      String text = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (text == null) {
        throw new AssertionError("no event %s after %d s".formatted(type, PATIENCE_SECONDS));
      }
      JsonNode event = Served.json(text);
      String found = event.path("type").asText();
      if (found.equals("response.output_audio.delta")) {
        samples += Base64.getDecoder().decode(event.path("delta").asText()).length / 2;
      }
      if (found.equals(type)) {
        return event;
      }
      if (found.equals("error")) {
        throw new AssertionError("instead of %s: %s".formatted(type, text));
      }
    }
  }

  /** How much has been heard. */
  long samples() {
    return samples;
  }

  @Override
  public void close() {
    socket.abort();
  }
}
