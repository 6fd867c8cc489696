package org.emova4j.pipeline.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.emova4j.api.speech.InferenceFailedException;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of one kind that are there at the moment, and calls on them that outlive a swap: a
 * call that finds its part gone, or going, waits for the successor and is made again.
 *
 * <p>Safe for concurrent use.
 */
final class PartRegistry<T> {
  private record Lost<T>(Part<T> part, long nanos) {}

  private static final int MAX_LOST = 64;
  private static final Logger LOG = LoggerFactory.getLogger(PartRegistry.class);

  private final String kind;
  private final Swaps swaps;
  private final Function<T, Map<String, String>> facts;

  // Unsorted: a reference compares by its ranking, which changes while it is here.
  private final Map<ServiceReference<T>, Part<T>> parts = new LinkedHashMap<>();

  // What went away and may be on its way back, by name.
  private final List<Lost<T>> lost = new ArrayList<>();

  private Optional<String> choice = Optional.empty();
  private Optional<String> refusedChoice = Optional.empty();

  /**
   * @param kind what messages call such a part, e.g. {@code vocoder}
   * @param facts what a part writes and reads, see {@link Part#facts()}
   */
  PartRegistry(String kind, Swaps swaps, Function<T, Map<String, String>> facts) {
    this.kind = kind;
    this.swaps = swaps;
    this.facts = facts;
  }

  /**
   * @throws RuntimeException if the part can't say what it writes and reads; it is not taken then
   */
  void add(ServiceReference<T> reference, T service) {
    Part<T> part = Part.of(reference, service, facts.apply(service));
    synchronized (swaps) {
      parts.put(reference, part);
      lost.removeIf(l -> l.part().names().equals(part.names()));
      if (refusedChoice.filter(part::isCalled).isPresent()) {
        choice = refusedChoice;
        refusedChoice = Optional.empty();
      }
      swaps.changed();
    }
  }

  void remove(ServiceReference<T> reference) {
    synchronized (swaps) {
      Part<T> gone = parts.remove(reference);
      if (gone != null && parts.values().stream().noneMatch(p -> p.names().equals(gone.names()))) {
        lost.removeIf(l -> l.part().names().equals(gone.names()));
        if (lost.size() == MAX_LOST) {
          lost.remove(0);
        }
        lost.add(new Lost<>(gone.gone(), System.nanoTime()));
      }
      swaps.changed();
    }
  }

  /**
   * Whom requests get that name none.
   *
   * @param force take it although it is not there yet
   * @return false if there is no such part: what was chosen stays until there is
   */
  boolean choose(Optional<String> name, boolean force) {
    synchronized (swaps) {
      boolean known = force || name.isEmpty() || name.equals(choice) || isKnown(name.get());
      refusedChoice = known ? Optional.empty() : name;
      if (known) {
        choice = name;
      }
      swaps.changed();
      return known;
    }
  }

  private boolean isKnown(String name) {
    return Stream.concat(parts.values().stream(), lost()).anyMatch(p -> p.isCalled(name));
  }

  Optional<String> choice() {
    synchronized (swaps) {
      return choice;
    }
  }

  /** What the configuration names although it isn't there, so that something else is in use. */
  Optional<String> refusedChoice() {
    synchronized (swaps) {
      return refusedChoice;
    }
  }

  /**
   * Parts with the given id or model; where that is empty those that are chosen; where none is,
   * all. Best first.
   *
   * @param withLost those too that have just gone
   */
  List<Part<T>> candidates(Optional<String> name, boolean withLost) {
    synchronized (swaps) {
      return all(name.or(() -> choice), withLost);
    }
  }

  /** Parts with the given id or model, or all; best first, and what is chosen before all others. */
  List<Part<T>> all(Optional<String> name, boolean withLost) {
    synchronized (swaps) {
      Comparator<Part<T>> bestFirst =
          Comparator.comparing((Part<T> p) -> choice.filter(p::isCalled).isEmpty())
              .thenComparing(
                  Part::reference,
                  Comparator.nullsLast(Comparator.<ServiceReference<T>>reverseOrder()));
      return Stream.concat(parts.values().stream(), withLost ? lost() : Stream.empty())
          .filter(p -> name.isEmpty() || p.isCalled(name.get()))
          .sorted(bestFirst)
          .toList();
    }
  }

  private Stream<Part<T>> lost() {
    long now = System.nanoTime();
    return lost.stream().filter(l -> now - l.nanos() <= swaps.patience().toNanos()).map(Lost::part);
  }

  boolean isEmpty() {
    synchronized (swaps) {
      return parts.isEmpty();
    }
  }

  boolean holds(Part<T> part) {
    synchronized (swaps) {
      return parts.containsKey(part.reference());
    }
  }

  /**
   * Makes a call on the best part with these facts, and again on its successor if it goes.
   *
   * @param name its id or model, e.g. {@code lite} or {@code lite:1.0.0}; empty for the best
   * @param wanted facts that it must have
   * @throws ModelUnavailableException if there is no such part (after waiting, if one has just
   *     gone), or if the part refuses although it stays
   */
  <R> R call(Optional<String> name, Map<String, String> wanted, Part.Call<T, R> call)
      throws SpeechException {
    while (true) {
      Part<T> part = await(name, wanted);
      try {
        return call(part, call);
      } catch (PartGoneException e) {
        LOG.debug("{}: the call goes on with its successor", e.getMessage(), e);
      }
    }
  }

  /** As above, whatever its facts. */
  <R> R call(Optional<String> name, Part.Call<T, R> call) throws SpeechException {
    return call(name, Map.of(), call);
  }

  /**
   * Makes a call on a part.
   *
   * @throws PartGoneException if it failed because the part goes, or is gone
   */
  <R> R call(Part<T> part, Part.Call<T, R> call) throws SpeechException, PartGoneException {
    try {
      return call.on(part.service());
    } catch (ModelUnavailableException e) {
      if (awaitDeparture(part)) {
        throw new PartGoneException(part.id(), e);
      }
      throw e;
    } catch (InferenceFailedException | RuntimeException | LinkageError e) {
      if (holds(part)) {
        throw e;
      }
      // Stopped under the call: what it says of that is no concern of the caller's.
      throw new PartGoneException(part.id(), e);
    }
  }

  /** Whether the part that refused a call is unregistered before patience ends. */
  private boolean awaitDeparture(Part<T> part) throws ModelUnavailableException {
    long deadline = swaps.deadline();
    synchronized (swaps) {
      while (holds(part)) {
        if (!swaps.await(deadline, kind)) {
          return false;
        }
      }
      return true;
    }
  }

  private Part<T> await(Optional<String> name, Map<String, String> wanted)
      throws ModelUnavailableException {
    long deadline = swaps.deadline();
    synchronized (swaps) {
      while (true) {
        Optional<Part<T>> part = best(name, wanted, false);
        if (part.isPresent()) {
          return part.get();
        }
        boolean mayReturn = best(name, wanted, true).isPresent();
        if (!mayReturn || !swaps.await(deadline, kind)) {
          throw absence(name, wanted);
        }
      }
    }
  }

  /** What is chosen, if it fits what is wanted; else, if it is known, another that does. */
  private Optional<Part<T>> best(
      Optional<String> name, Map<String, String> wanted, boolean withLost) {
    List<Part<T>> candidates = candidates(name, withLost);
    Optional<Part<T>> fitting = candidates.stream().filter(p -> p.fits(wanted)).findFirst();
    if (fitting.isPresent() || name.isPresent() || choice.isEmpty()) {
      return fitting;
    }
    List<Part<T>> chosen = candidates(name, true);
    boolean ofAnotherKind = !chosen.isEmpty() && chosen.stream().noneMatch(p -> p.fits(wanted));
    return ofAnotherKind
        ? all(name, withLost).stream().filter(p -> p.fits(wanted)).findFirst()
        : fitting;
  }

  /** Why there is no such part. */
  ModelUnavailableException absence(Optional<String> name, Map<String, String> wanted) {
    synchronized (swaps) {
      List<Part<T>> named = all(name, false);
      if (!wanted.isEmpty() && !named.isEmpty()) {
        return new ModelUnavailableException(
            "no %s is for %s; there are: %s"
                .formatted(kind, String.join(", ", wanted.values()), listed(named, wanted)));
      }
      String which = name.or(() -> choice).map(" \"%s\""::formatted).orElse("");
      String why =
          name.isEmpty() && choice.isPresent()
              ? ", which the configuration %s chooses".formatted(SpeechParts.PID)
              : "";
      String there = which.isEmpty() ? "" : "; there are: " + ids();
      String gone =
          lost.stream()
              .map(Lost::part)
              .filter(p -> name.or(() -> choice).map(p::isCalled).orElse(true))
              .map(Part::id)
              .distinct()
              .collect(joining());
      String since =
          gone.isEmpty()
              ? ""
              : "; %s went away and has not come back within %d s"
                  .formatted(gone, swaps.patience().toSeconds());
      return new ModelUnavailableException(
          "no %s%s is available%s%s%s".formatted(kind, which, why, there, since));
    }
  }

  private static java.util.stream.Collector<CharSequence, ?, String> joining() {
    return Collectors.joining(", ");
  }

  private String listed(List<Part<T>> named, Map<String, String> wanted) {
    return named.stream()
        .map(
            p ->
                "%s (%s)"
                    .formatted(
                        p.id(),
                        wanted.keySet().stream()
                            .map(key -> String.valueOf(p.facts().get(key)))
                            .collect(joining())))
        .collect(joining());
  }

  /** The ids of all parts that are there, best first. */
  String ids() {
    String ids = all(Optional.empty(), false).stream().map(Part::id).distinct().collect(joining());
    return ids.isEmpty() ? "none" : ids;
  }

  /** What a part that is there is called. */
  String name(T service) {
    synchronized (swaps) {
      return parts.values().stream()
          .filter(p -> p.service() == service)
          .flatMap(p -> p.names().stream())
          .findFirst()
          .orElse(kind);
    }
  }
}
