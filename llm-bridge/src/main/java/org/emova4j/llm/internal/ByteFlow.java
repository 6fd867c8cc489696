package org.emova4j.llm.internal;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of a response, to be read with a time-out by one thread. The next piece is asked for
 * only when the last was taken, so that a server that sends faster than anybody reads is slowed
 * down by its connection and fills no memory.
 */
final class ByteFlow implements HttpResponse.BodySubscriber<ByteFlow> {
  private sealed interface Item {}

  private record Bytes(List<ByteBuffer> buffers) implements Item {}

  private record Failure(Throwable cause) implements Item {}

  private record End() implements Item {}

  private final BlockingQueue<Item> items = new LinkedBlockingQueue<>(); // holds two at the most
  private volatile Flow.Subscription subscription;
  private volatile boolean cancelled;
  private List<ByteBuffer> current = List.of();
  private int index;
  private boolean ended;

  @Override
  public CompletionStage<ByteFlow> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    if (cancelled) {
      newSubscription.cancel();
    } else {
      newSubscription.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    items.add(new Bytes(buffers));
  }

  @Override
  public void onError(Throwable cause) {
    items.add(new Failure(cause));
  }

  @Override
  public void onComplete() {
    items.add(new End());
  }

  /**
   * Waits for bytes.
   *
   * @return empty at the end
   * @throws HttpTimeoutException if none come in time
   * @throws IOException if the connection breaks
   */
  Optional<ByteBuffer> next(Duration patience)
      throws IOException, InterruptedException, DeltaSource.CancelledException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!ended) {
      if (cancelled) {
        throw new DeltaSource.CancelledException();
      }
      if (index < current.size()) {
        return Optional.of(current.get(index++));
      }
      Item item = items.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (item == null) {
        throw new HttpTimeoutException("nothing came");
      } else if (item instanceof Bytes bytes) {
        current = bytes.buffers();
        index = 0;
        subscription.request(1);
      } else if (item instanceof Failure failure && !cancelled) {
        throw new IOException("the connection broke off", failure.cause());
      } else if (item instanceof End) {
        ended = !cancelled;
      }
    }
    return Optional.empty();
  }

  /** Closes the connection and wakes up whoever waits. From any thread. */
  void cancel() {
    cancelled = true;
    Flow.Subscription current = subscription;
    if (current != null) {
      current.cancel();
    }
    items.add(new End());
  }
}
