package org.emova4j.gateway.internal.parts;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The services of one kind, best first. They come and go.
 *
 * <p>Safe for concurrent use.
 */
public final class Tracked<S> implements AutoCloseable {
  private final String kind;
  private final Duration patience;
  private final ServiceTracker<S, S> tracker;
  private long lastLoss = Long.MIN_VALUE;

  /** Work on a service. */
  public interface Call<S, R> {
    R on(S service) throws SpeechException;
  }

  /**
   * @param kind what messages call it
   * @param patience how long a call waits for the successor of a service that went away
   */
  Tracked(BundleContext context, Class<S> type, String kind, Duration patience) {
    this.kind = kind;
    this.patience = patience;
    tracker =
        new ServiceTracker<>(context, type, null) {
          @Override
          public S addingService(ServiceReference<S> reference) {
            S service = super.addingService(reference);
            changed(false);
            return service;
          }

          @Override
          public void removedService(ServiceReference<S> reference, S service) {
            super.removedService(reference, service);
            changed(true);
          }
        };
    tracker.open();
  }

  private synchronized void changed(boolean lost) {
    if (lost) {
      lastLoss = System.nanoTime();
    }
    notifyAll();
  }

  /** All that are there now. */
  public List<Offer<S>> all() {
    return tracker.getTracked().entrySet().stream()
        .map(e -> new Offer<>(e.getKey(), e.getValue()))
        .toList();
  }

  /** The best, if there is one. */
  public Optional<S> best() {
    return all().stream().findFirst().map(Offer::service);
  }

  /**
   * Calls the best service of a name. If it goes away meanwhile the call is repeated with its
   * successor.
   *
   * @param name its id or its model; any where empty
   * @param fits what else it must be
   * @throws ModelUnavailableException if there is none
   */
  public <R> R call(Optional<String> name, Predicate<Offer<S>> fits, Call<S, R> call)
      throws SpeechException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      Offer<S> offer = await(name, fits, deadline);
      try {
        return call.on(offer.service());
      } catch (SpeechException | RuntimeException e) {
        if (tracker.getTracked().get(offer.reference()) == offer.service()) {
          throw e; // it is still there, so the failure is its own
        }
      }
    }
  }

  /** As {@link #call(Optional, Predicate, Call)}, of any kind. */
  public <R> R call(Optional<String> name, Call<S, R> call) throws SpeechException {
    return call(name, offer -> true, call);
  }

  private synchronized Offer<S> await(
      Optional<String> name, Predicate<Offer<S>> fits, long deadline)
      throws ModelUnavailableException {
    while (true) {
      Optional<Offer<S>> found =
          all().stream().filter(o -> name.map(o::isCalled).orElse(true)).filter(fits).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      long now = System.nanoTime();
      boolean swapped = lastLoss != Long.MIN_VALUE && now - lastLoss < patience.toNanos();
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - now);
      if (!swapped || left <= 0) {
        throw new ModelUnavailableException(
            "there is no %s%s; there are: %s"
                .formatted(
                    kind,
                    name.map(" \"%s\""::formatted).orElse(""),
                    all().isEmpty()
                        ? "none"
                        : String.join(", ", all().stream().map(Offer::id).distinct().toList())));
      }
      try {
        wait(Math.min(left, 1_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ModelUnavailableException("interrupted while waiting for a " + kind, e);
      }
    }
  }

  @Override
  public void close() {
    tracker.close();
  }
}
