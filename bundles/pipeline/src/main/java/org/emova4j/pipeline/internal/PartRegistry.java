package org.emova4j.pipeline.internal;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.emova4j.api.ServiceProperties;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.osgi.framework.ServiceReference;

/**
 * The services of one kind that are there at the moment, and calls on the best of them that outlive
 * a swap: a call that finds its part gone, or going, waits for the successor and is made again.
 *
 * <p>Safe for concurrent use.
 */
final class PartRegistry<T> {
  /** A call on a part. */
  interface Call<T, R> {
    R on(T part) throws SpeechException;
  }

  private final String kind;
  private final Duration patience;

  // Highest ranking last, as service references compare.
  private final TreeMap<ServiceReference<T>, T> parts = new TreeMap<>();

  // Ids and models of all parts that were ever there: only these may come back.
  private final Set<String> seen = new HashSet<>();
  private boolean everHadOne;

  /**
   * @param kind what messages call such a part, e.g. {@code vocoder}
   * @param patience how long to wait for the successor of a part that went away
   */
  PartRegistry(String kind, Duration patience) {
    this.kind = kind;
    this.patience = patience;
  }

  synchronized void add(ServiceReference<T> reference, T part) {
    parts.put(reference, part);
    everHadOne = true;
    seen.addAll(names(reference));
    notifyAll();
  }

  synchronized void remove(ServiceReference<T> reference) {
    parts.remove(reference);
    notifyAll();
  }

  /**
   * Makes a call on the best-ranked part, or on the best with the given id or model, e.g. {@code
   * lite} or {@code lite:1.0.0}.
   *
   * @throws ModelUnavailableException if there is no such part (after waiting, if one was there
   *     before), or if the part refuses although it stays
   */
  <R> R call(Optional<String> id, Call<T, R> call) throws SpeechException {
    return call(id, Map.of(), call);
  }

  /**
   * As above, on a part whose service properties have these values.
   *
   * @throws ModelUnavailableException also if those that are there have others: names both
   */
  <R> R call(Optional<String> id, Map<String, String> wanted, Call<T, R> call)
      throws SpeechException {
    while (true) {
      T part = await(id, wanted);
      try {
        return call.on(part);
      } catch (ModelUnavailableException e) {
        if (!awaitDeparture(part)) {
          throw e;
        }
      }
    }
  }

  /**
   * A part that is there.
   *
   * @param id by which {@link #call} finds it
   */
  record Named<T>(String id, T part) {}

  /**
   * All parts that have an id, best first; only those with the given id or model if there is one.
   */
  synchronized List<Named<T>> all(Optional<String> id) {
    return parts.descendingMap().entrySet().stream()
        .filter(e -> id.isEmpty() || names(e.getKey()).contains(id.get()))
        .filter(e -> !names(e.getKey()).isEmpty())
        .map(e -> new Named<>(id.orElseGet(() -> names(e.getKey()).get(0)), e.getValue()))
        .toList();
  }

  private synchronized T await(Optional<String> id, Map<String, String> wanted)
      throws ModelUnavailableException {
    long deadline = deadline();
    while (true) {
      Optional<T> part = best(id, wanted);
      if (part.isPresent()) {
        return part.get();
      }
      if (best(id, Map.of()).isPresent()) {
        throw new ModelUnavailableException(misfit(id, wanted));
      }
      boolean mayReturn = id.map(seen::contains).orElse(everHadOne);
      if (!mayReturn || !waitUntil(deadline)) {
        throw new ModelUnavailableException(
            id.map(name -> "no %s \"%s\" is available; there are: %s".formatted(kind, name, ids()))
                .orElse("no %s is available".formatted(kind)));
      }
    }
  }

  /** Whether the part that refused a call is unregistered before patience ends. */
  private synchronized boolean awaitDeparture(T part) throws ModelUnavailableException {
    long deadline = deadline();
    while (parts.containsValue(part)) {
      if (!waitUntil(deadline)) {
        return false;
      }
    }
    return true;
  }

  private long deadline() {
    return System.nanoTime() + patience.toNanos();
  }

  @SuppressWarnings("WaitNotInLoop") // the callers loop
  private boolean waitUntil(long deadline) throws ModelUnavailableException {
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      return false;
    }
    try {
      wait(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelUnavailableException("interrupted while waiting for a " + kind, e);
    }
  }

  private Optional<T> best(Optional<String> id, Map<String, String> wanted) {
    return parts.descendingMap().entrySet().stream()
        .filter(e -> id.isEmpty() || names(e.getKey()).contains(id.get()))
        .filter(e -> wanted.entrySet().stream().allMatch(w -> fits(e.getKey(), w)))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static boolean fits(ServiceReference<?> reference, Map.Entry<String, String> wanted) {
    return wanted.getValue().equals(reference.getProperty(wanted.getKey()));
  }

  private String misfit(Optional<String> id, Map<String, String> wanted) {
    String there =
        parts.descendingKeySet().stream()
            .filter(r -> id.isEmpty() || names(r).contains(id.get()))
            .map(
                r ->
                    "%s (%s)"
                        .formatted(
                            r.getProperty(ServiceProperties.ID),
                            wanted.keySet().stream()
                                .map(key -> String.valueOf(r.getProperty(key)))
                                .collect(Collectors.joining(", "))))
            .collect(Collectors.joining(", "));
    return "no %s is for %s; there are: %s"
        .formatted(kind, String.join(", ", wanted.values()), there);
  }

  /** What a part that is there is called. */
  synchronized String name(T part) {
    return parts.entrySet().stream()
        .filter(e -> e.getValue() == part)
        .flatMap(e -> names(e.getKey()).stream())
        .findFirst()
        .orElse(kind);
  }

  private static List<String> names(ServiceReference<?> reference) {
    return Stream.of(ServiceProperties.ID, ServiceProperties.MODEL)
        .map(reference::getProperty)
        .filter(Objects::nonNull)
        .map(Object::toString)
        .toList();
  }

  private String ids() {
    return parts.isEmpty()
        ? "none"
        : String.join(
            ", ",
            parts.descendingKeySet().stream()
                .map(r -> String.valueOf(r.getProperty(ServiceProperties.ID)))
                .toList());
  }
}
