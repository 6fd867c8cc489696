package org.emova4j.gateway.internal.realtime;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.emova4j.gateway.internal.http.ClientGoneException;
import org.emova4j.gateway.internal.http.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A conversation on a WebSocket of Jetty's. */
public final class RealtimeSocket implements Session.Listener.AutoDemanding, Outlet {
  private static final Logger LOG = LoggerFactory.getLogger(RealtimeSocket.class);
  private static final int MAX_MESSAGE_BYTES = 8 << 20; // a turn of two minutes in one event
  private static final Duration IDLE = Duration.ofMinutes(10);
  private static final int WRITE_SECONDS = 30;
  private static final int GOING_AWAY = 1001;

  private final Function<Outlet, Conversation> begin;
  private final Consumer<RealtimeSocket> ended;
  private volatile Session session;
  private volatile Conversation conversation;

  RealtimeSocket(Function<Outlet, Conversation> begin, Consumer<RealtimeSocket> ended) {
    this.begin = begin;
    this.ended = ended;
  }

  @Override
  public void onWebSocketOpen(Session opened) {
    session = opened;
    opened.setMaxTextMessageSize(MAX_MESSAGE_BYTES);
    opened.setIdleTimeout(IDLE);
    conversation = begin.apply(this);
    try {
      conversation.open();
    } catch (IOException e) {
      LOG.debug("the client has gone", e);
    }
  }

  @Override
  public void onWebSocketText(String message) {
    try {
      conversation.receive(message);
    } catch (IOException e) {
      LOG.debug("the client has gone", e);
    }
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    LOG.debug("a realtime session fails", cause);
  }

  @Override
  public void onWebSocketClose(int status, String reason) {
    ended.accept(this);
    if (conversation != null) {
      conversation.close();
    }
  }

  /** A client that reads too slowly is left alone: what waits for it must not pile up. */
  @Override
  public synchronized void send(Map<String, Object> event) throws IOException {
    Callback.Completable sent = new Callback.Completable();
    session.sendText(Json.text(event), sent);
    try {
      sent.get(WRITE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new ClientGoneException(e);
    } catch (TimeoutException e) {
      session.disconnect();
      throw new ClientGoneException(e); // as good as gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The server stops. */
  void goAway() {
    Session open = session;
    if (open != null) {
      open.close(GOING_AWAY, "the server stops", Callback.NOOP);
    }
  }
}
