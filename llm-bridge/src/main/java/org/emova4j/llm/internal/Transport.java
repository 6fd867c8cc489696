package org.emova4j.llm.internal;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;

/**
 * The HTTP client of one model: one request a connection, so that closing an answer is something
 * that its server notices; no redirects, so that the key goes where it was meant to. Safe for
 * concurrent use.
 */
final class Transport implements AutoCloseable {
  private static final AtomicInteger THREADS = new AtomicInteger();

  private final RemoteSettings settings;
  private final Function<String, String> environment;
  private final ExecutorService executor;
  private final HttpClient client;
  private final Set<Reply> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param environment variables by name; null for those that are not set
   * @throws IOException if the certificates to trust can't be read
   */
  Transport(RemoteSettings settings, Function<String, String> environment) throws IOException {
    this.settings = settings;
    this.environment = environment;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.patience().connect())
            .proxy(Proxies.of(settings.proxy(), environment));
    if (settings.trust().isPresent()) {
      builder.sslContext(Trust.alsoIn(settings.trust().get()));
    }
    executor =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread =
                  new Thread(
                      task, "emova-llm-%s-%d".formatted(settings.id(), THREADS.incrementAndGet()));
              thread.setDaemon(true);
              return thread;
            });
    client = builder.executor(executor).build();
  }

  /** Remembers what has to be closed when this is. */
  void opened(Reply reply) {
    open.add(reply);
    if (closed) {
      reply.close();
    }
  }

  void closed(Reply reply) {
    open.remove(reply);
  }

  /** Sends a request; cancelling the future closes the connection. */
  CompletableFuture<HttpResponse<ByteFlow>> send(HttpRequest request) {
    return client.sendAsync(request, response -> new ByteFlow());
  }

  HttpRequest post(URI uri, String json) throws LanguageModelException {
    return request(uri)
        .header("Content-Type", "application/json")
        .header("Accept", "text/event-stream, application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json, StandardCharsets.UTF_8))
        .build();
  }

  HttpRequest get(URI uri) throws LanguageModelException {
    return request(uri).header("Accept", "application/json").build();
  }

  private HttpRequest.Builder request(URI uri) throws LanguageModelException {
    HttpRequest.Builder builder = HttpRequest.newBuilder(uri).header("User-Agent", "emova4j");
    if (settings.apiKeyVariable().isPresent() && isOwn(uri)) {
      String variable = settings.apiKeyVariable().get();
      String key = environment.apply(variable);
      if (key == null || key.isBlank()) {
        throw new LanguageModelException(
            Reason.REFUSED,
            "model %s wants its key from environment variable %s, which is not set"
                .formatted(settings.id(), variable));
      }
      if (key.strip().chars().anyMatch(c -> c < ' ' || c > '~')) {
        throw new LanguageModelException(
            Reason.REFUSED, "environment variable %s holds no usable key".formatted(variable));
      }
      builder.header("Authorization", "Bearer " + key.strip());
    }
    return builder;
  }

  /** Without the key, which a server may repeat when it complains of it. */
  String masked(String text) {
    return settings
        .apiKeyVariable()
        .map(environment)
        .map(String::strip)
        .filter(key -> !key.isEmpty())
        .map(key -> text.replace(key, "***"))
        .orElse(text);
  }

  /** A controller may name workers on other machines: the key is not for them. */
  private boolean isOwn(URI uri) {
    return uri.getScheme().equals(settings.url().getScheme())
        && uri.getHost().equals(settings.url().getHost())
        && uri.getPort() == settings.url().getPort();
  }

  /** A failure before the answer, in one sentence. */
  LanguageModelException failure(URI uri, Throwable error) {
    if (error instanceof HttpConnectTimeoutException) {
      return new LanguageModelException(
          Reason.TIMEOUT,
          "%s: no connection within %s".formatted(uri, seconds(settings.patience().connect())),
          error);
    }
    if (error instanceof SSLException) {
      return new LanguageModelException(
          Reason.UNREACHABLE,
          "%s: no secure connection: %s".formatted(uri, error.getMessage()),
          error);
    }
    Optional<Throwable> known =
        causes(
            error,
            ConnectException.class,
            UnknownHostException.class,
            UnresolvedAddressException.class);
    if (known.isPresent()) {
      boolean unknown = !(known.get() instanceof ConnectException) || hasUnresolved(error);
      return new LanguageModelException(
          Reason.UNREACHABLE,
          "%s can't be reached: %s".formatted(uri, unknown ? "unknown host" : "connection refused"),
          error);
    }
    return new LanguageModelException(
        Reason.BROKEN, "%s: closed the connection without an answer".formatted(uri), error);
  }

  private static boolean hasUnresolved(Throwable error) {
    return causes(error, UnknownHostException.class, UnresolvedAddressException.class).isPresent();
  }

  @SafeVarargs
  private static Optional<Throwable> causes(Throwable error, Class<? extends Throwable>... types) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      for (Class<? extends Throwable> type : types) {
        if (type.isInstance(e)) {
          return Optional.of(e);
        }
      }
    }
    return Optional.empty();
  }

  static String seconds(Duration duration) {
    double seconds = duration.toMillis() / 1000.0;
    return seconds == Math.rint(seconds) ? "%.0f s".formatted(seconds) : seconds + " s";
  }

  /** Ends all exchanges. The client's own thread ends when nothing refers to it any more. */
  @Override
  public void close() {
    closed = true;
    open.forEach(Reply::close);
    executor.shutdownNow();
  }
}
