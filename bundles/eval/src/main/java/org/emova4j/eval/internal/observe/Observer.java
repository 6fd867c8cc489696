package org.emova4j.eval.internal.observe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.emova4j.api.speech.SpeechException;
import org.emova4j.eval.Corpus;
import org.emova4j.eval.EvalListener;
import org.emova4j.eval.Failure;
import org.emova4j.eval.internal.Hashes;

/** Takes measurements of all recordings, several at a time, but for those that the log has. */
public final class Observer {
  private final ObservationLog log;
  private final EvalListener listener;
  private final BooleanSupplier stopped;
  private final Map<String, String> fileHashes = new HashMap<>();

  /**
   * @param stopped whether no more recordings are to be begun
   */
  public Observer(ObservationLog log, EvalListener listener, BooleanSupplier stopped) {
    this.log = log;
    this.listener = listener;
    this.stopped = stopped;
  }

  /** What is to be done: each item once. */
  public record Job(Measurement measurement, Corpus.Item item) {}

  /** What came of it: an observation, or why there is none. */
  private record Outcome(Job job, Observation observation, Failure failure) {}

  /**
   * @param observations by measurement and item
   * @param failures in the order of jobs
   */
  public record Result(
      Map<Measurement, Map<Corpus.Item, Observation>> observations, List<Failure> failures) {}

  /**
   * Returns when all jobs are done, or those that had begun when it was stopped.
   *
   * @throws IOException if the log can't be written
   */
  public Result observe(List<Job> jobs, int threads) throws IOException, InterruptedException {
    listener.planned(jobs.size());
    ExecutorService pool = Executors.newFixedThreadPool(threads, Observer::worker);
    try {
      List<Future<Outcome>> futures = new ArrayList<>();
      for (Job job : jobs) {
        futures.add(pool.submit(() -> run(job)));
      }
      return gather(futures);
    } finally {
      pool.shutdownNow();
    }
  }

  private static Thread worker(Runnable work) {
    Thread thread = new Thread(work, "emova-eval");
    thread.setDaemon(true);
    return thread;
  }

  private static Result gather(List<Future<Outcome>> futures)
      throws IOException, InterruptedException {
    Map<Measurement, Map<Corpus.Item, Observation>> observations = new HashMap<>();
    List<Failure> failures = new ArrayList<>();
    for (Future<Outcome> future : futures) {
      Outcome outcome = result(future);
      if (outcome == null) {
        throw new CancellationException("stopped; the same command goes on");
      }
      if (outcome.failure() != null) {
        failures.add(outcome.failure());
      } else {
        observations
            .computeIfAbsent(outcome.job().measurement(), m -> new HashMap<>())
            .put(outcome.job().item(), outcome.observation());
      }
    }
    return new Result(observations, failures);
  }

  private static Outcome result(Future<Outcome> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Null if it was stopped before this began. */
  private Outcome run(Job job) throws IOException, InterruptedException {
    if (stopped.getAsBoolean()) {
      return null;
    }
    String name = job.measurement().name();
    Observation observation;
    String key;
    try {
      key = Hashes.of(name, job.measurement().fingerprint(), job.item().name(), hash(job.item()));
      observation = log.find(key).orElse(null);
      if (observation != null) {
        listener.ended(name, job.item(), true);
        return new Outcome(job, observation, null);
      }
      observation = job.measurement().measure(job.item());
    } catch (SpeechException | IOException | RuntimeException e) {
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      Failure failure = new Failure(name, job.item().name(), reason);
      listener.failed(failure);
      return new Outcome(job, null, failure);
    }
    Observation kept = log.append(key, observation);
    listener.ended(name, job.item(), false);
    return new Outcome(job, kept, null);
  }

  /** What is known of a recording holds for its content, and for what is known beside it. */
  private String hash(Corpus.Item item) throws IOException {
    synchronized (fileHashes) {
      String known = fileHashes.get(item.name());
      if (known == null) {
        known = Hashes.of(item.file());
        fileHashes.put(item.name(), known);
      }
      return known;
    }
  }

  /** Hashes of the recordings that were looked at, by name. */
  public Map<String, String> fileHashes() {
    synchronized (fileHashes) {
      return Map.copyOf(fileHashes);
    }
  }
}
