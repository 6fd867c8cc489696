package org.emova4j.llm.internal;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.emova4j.api.speech.LanguageModelException;
import org.emova4j.api.speech.LanguageModelException.Reason;

/**
 * A request and its response's bytes, under all time-outs. A request that got no answer is
 * repeated; one whose answer has begun never is. Confined to one thread, except for {@link
 * #close()}.
 */
final class Reply implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);
  private static final int MAX_ERROR_BYTES = 16 << 10;

  private final Transport transport;
  private final List<HttpRequest> requests;
  private final RemoteSettings.Patience patience;
  private final int retries;
  private final long begin = System.nanoTime();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile CompletableFuture<HttpResponse<ByteFlow>> pending;
  private volatile HttpResponse<ByteFlow> response;
  private HttpRequest current;
  private boolean answering;

  /**
   * @param requests the same question to different addresses, to be tried in turn; at least one
   */
  Reply(
      Transport transport,
      List<HttpRequest> requests,
      RemoteSettings.Patience patience,
      int retries) {
    this.transport = transport;
    this.requests = List.copyOf(requests);
    this.patience = patience;
    this.retries = retries;
    this.current = requests.get(0);
  }

  /** Without the key. */
  String masked(String text) {
    return transport.masked(text);
  }

  /** From here on the server has begun to answer: what counts is the time between pieces. */
  void answering() {
    answering = true;
  }

  /** Whether the body is one JSON text rather than a stream. */
  boolean isJson() throws LanguageModelException, DeltaSource.CancelledException {
    return connected()
        .headers()
        .firstValue("Content-Type")
        .map(type -> type.toLowerCase(Locale.ROOT).startsWith("application/json"))
        .orElse(false);
  }

  /** The next bytes; empty at the end. */
  Optional<ByteBuffer> next() throws LanguageModelException, DeltaSource.CancelledException {
    return read(connected().body());
  }

  private Optional<ByteBuffer> read(ByteFlow flow)
      throws LanguageModelException, DeltaSource.CancelledException {
    try {
      return flow.next(remaining());
    } catch (HttpTimeoutException e) {
      throw timeout(e);
    } catch (IOException e) {
      throw new LanguageModelException(
          Reason.BROKEN,
          "%s: the connection broke off in the middle of the answer".formatted(current.uri()),
          e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private Duration remaining() {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
    Duration step = answering ? patience.idle() : patience.firstToken().minus(elapsed);
    Duration total = patience.total().minus(elapsed);
    Duration least = step.compareTo(total) < 0 ? step : total;
    return least.isNegative() ? Duration.ZERO : least;
  }

  private LanguageModelException timeout(Throwable cause) {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
    String what =
        elapsed.compareTo(patience.total()) >= 0
            ? "the answer took longer than %s".formatted(Transport.seconds(patience.total()))
            : answering
                ? "the answer stopped for %s".formatted(Transport.seconds(patience.idle()))
                : "no answer began within %s".formatted(Transport.seconds(patience.firstToken()));
    return new LanguageModelException(
        Reason.TIMEOUT, "%s: %s".formatted(current.uri(), what), cause);
  }

  private static LanguageModelException interrupted() {
    Thread.currentThread().interrupt();
    return new LanguageModelException(Reason.BROKEN, "interrupted while waiting for an answer");
  }

  private HttpResponse<ByteFlow> connected()
      throws LanguageModelException, DeltaSource.CancelledException {
    HttpResponse<ByteFlow> known = response;
    return known == null ? connect() : known;
  }

  private HttpResponse<ByteFlow> connect()
      throws LanguageModelException, DeltaSource.CancelledException {
    transport.opened(this);
    Duration pause = FIRST_PAUSE;
    for (int attempt = 0; ; attempt++) {
      current = requests.get(Math.min(attempt, requests.size() - 1));
      boolean last = attempt >= retries + requests.size() - 1;
      LanguageModelException failure;
      Duration wait = attempt + 1 < requests.size() ? Duration.ZERO : pause;
      try {
        HttpResponse<ByteFlow> arrived = send();
        if (arrived.statusCode() == 200) {
          response = arrived;
          requireOpen();
          return arrived;
        }
        failure = refusal(arrived);
        if (!HttpErrors.isPassing(arrived.statusCode())) {
          throw failure;
        }
        wait = HttpErrors.retryAfter(arrived.headers()).orElse(wait);
      } catch (ExecutionException e) {
        requireOpen();
        failure = transport.failure(current.uri(), e.getCause());
        if (e.getCause() instanceof SSLException) {
          throw failure;
        }
      }
      if (last || wait.compareTo(LONGEST_PAUSE) > 0 || wait.compareTo(remaining()) >= 0) {
        throw failure;
      }
      pause(wait);
      pause = pause.multipliedBy(2);
    }
  }

  private HttpResponse<ByteFlow> send()
      throws ExecutionException, LanguageModelException, DeltaSource.CancelledException {
    CompletableFuture<HttpResponse<ByteFlow>> future = transport.send(current);
    pending = future;
    requireOpen();
    try {
      return future.get(remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      future.cancel(true);
      throw timeout(e);
    } catch (CancellationException e) {
      throw new DeltaSource.CancelledException();
    } catch (InterruptedException e) {
      future.cancel(true);
      throw interrupted();
    }
  }

  private LanguageModelException refusal(HttpResponse<ByteFlow> refused)
      throws DeltaSource.CancelledException {
    BoundedBytes body = new BoundedBytes(MAX_ERROR_BYTES);
    ByteFlow flow = refused.body();
    response = null;
    try {
      while (!body.full()) {
        Optional<ByteBuffer> bytes = read(flow);
        if (bytes.isEmpty()) {
          break;
        }
        body.addSome(bytes.get());
      }
    } catch (LanguageModelException e) {
      // What it said so far will do.
    } finally {
      flow.cancel();
    }
    return HttpErrors.refusal(current.uri(), refused, masked(body.text()));
  }

  private void pause(Duration wait) throws LanguageModelException, DeltaSource.CancelledException {
    try {
      if (closed.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new DeltaSource.CancelledException();
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Closed while a request was on its way: whoever comes last cancels it. */
  private void requireOpen() throws DeltaSource.CancelledException {
    if (closed.getCount() == 0) {
      close();
      throw new DeltaSource.CancelledException();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    transport.closed(this);
    CompletableFuture<HttpResponse<ByteFlow>> future = pending;
    if (future == null || future.cancel(true) || future.isCompletedExceptionally()) {
      return;
    }
    future.join().body().cancel(); // it was there already
  }
}
