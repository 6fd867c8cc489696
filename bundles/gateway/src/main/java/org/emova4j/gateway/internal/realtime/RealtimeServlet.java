package org.emova4j.gateway.internal.realtime;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServerContainer;
import org.emova4j.gateway.internal.api.Analysis;
import org.emova4j.gateway.internal.api.Names;
import org.emova4j.gateway.internal.api.Sounds;
import org.emova4j.gateway.internal.guard.Admission;
import org.emova4j.gateway.internal.guard.Guard;
import org.emova4j.gateway.internal.guard.RateLimit;
import org.emova4j.gateway.internal.guard.Requests;
import org.emova4j.gateway.internal.http.ApiException;
import org.emova4j.gateway.internal.http.Json;
import org.emova4j.gateway.internal.parts.SpeechServices;

/** {@code GET /v1/realtime}: makes a WebSocket of a request. */
public final class RealtimeServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private static final String PROTOCOL = "realtime";
  // How a browser, which can set no header, tells a key; the name is OpenAI's.
  private static final String TOKEN_PROTOCOL = "openai-insecure-api-key.";
  private static final int MAX_SESSIONS = 32;

  private final transient Guard guard;
  private final transient RateLimit rates;
  private final transient SpeechServices services;
  private final transient Conversation.Environment environment;
  private final transient ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "emova-realtime");
            thread.setDaemon(true);
            return thread;
          });
  private final transient Set<RealtimeSocket> open = ConcurrentHashMap.newKeySet();

  public RealtimeServlet(
      SpeechServices services,
      Sounds sounds,
      Analysis analysis,
      Guard guard,
      RateLimit rates,
      Admission admission,
      Requests requests) {
    this.services = services;
    this.guard = guard;
    this.rates = rates;
    environment =
        new Conversation.Environment(
            new Answering(services, sounds, analysis),
            admission,
            requests,
            threads,
            voice -> Names.speaker(voice, services));
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      upgrade(request, response);
    } catch (ApiException e) {
      byte[] body = Json.bytes(e.toJson());
      response.setStatus(e.status());
      response.setContentType("application/json");
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
    }
  }

  private void upgrade(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    List<String> protocols =
        Arrays.stream(
                Optional.ofNullable(request.getHeader("Sec-WebSocket-Protocol"))
                    .orElse("")
                    .split(","))
            .map(String::strip)
            .toList();
    guard.requireToken(
        Optional.ofNullable(request.getHeader("Authorization"))
            .or(
                () ->
                    protocols.stream()
                        .filter(p -> p.startsWith(TOKEN_PROTOCOL))
                        .findFirst()
                        .map(p -> "Bearer " + p.substring(TOKEN_PROTOCOL.length()))));
    String client = request.getRemoteAddr();
    rates.take(client);
    if (open.size() >= MAX_SESSIONS) {
      throw ApiException.later(
          "queue_full", 5, "%d realtime sessions are open already".formatted(open.size()));
    }
    boolean converts = "conversion".equals(request.getParameter("intent"));
    Optional<String> model =
        converts
            ? Optional.empty()
            : Names.languageModel(Optional.ofNullable(request.getParameter("model")), services);
    JettyWebSocketServerContainer container =
        JettyWebSocketServerContainer.getContainer(request.getServletContext());
    if (container == null || request.getHeader("Upgrade") == null) {
      throw ApiException.refused(
          426, "upgrade_needed", "this path is for WebSockets: it needs Upgrade: websocket");
    }
    boolean upgraded =
        container.upgrade(
            (asked, answer) -> {
              if (asked.getSubProtocols().contains(PROTOCOL)) {
                answer.setAcceptedSubProtocol(PROTOCOL);
              }
              RealtimeSocket socket =
                  new RealtimeSocket(
                      outlet -> new Conversation(outlet, environment, client, model, converts),
                      open::remove);
              open.add(socket);
              return socket;
            },
            request,
            response);
    if (!upgraded && !response.isCommitted()) {
      throw ApiException.refused(400, "upgrade_failed", "the WebSocket handshake is wrong");
    }
  }

  /** Ends all sessions. */
  public void close() {
    open.forEach(RealtimeSocket::goAway);
    threads.shutdown();
  }
}
