package org.emova4j.gateway.internal.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;

/** Server-sent events, each on its way at once. */
public final class EventStream {
  private final OutputStream out;

  EventStream(OutputStream out) {
    this.out = out;
  }

  /**
   * @throws IOException if the client has gone
   */
  public void send(Object json) throws IOException {
    send(Json.text(json));
  }

  /** As OpenAI ends its streams of chat completions. */
  public void done() throws IOException {
    send("[DONE]");
  }

  private void send(String data) throws IOException {
    out.write(("data: " + data + "\n\n").getBytes(UTF_8));
    out.flush();
  }
}
