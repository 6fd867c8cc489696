package org.emova4j.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.emova4j.api.speech.ModelUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Weights in memory that networks of one file share, and that stay for a moment after the last of
 * them: the successor of a network that is swapped needn't read them again. They belong to the
 * engine; a network borrows a {@link Shelf} and gives it back.
 *
 * <p>Safe for concurrent use, while the engine's gate is held.
 */
final class KeptWeights {
  private static final Logger LOG = LoggerFactory.getLogger(KeptWeights.class);

  /** Larger ones are freed with their last network: memory matters more than the time to read. */
  private static final long MOST_BYTES = 256L << 20;

  /** A file with its content: another file of the same name is another. */
  private record Source(Path file, long size, FileTime written, String inode) {
    static Source of(Path file) throws ModelUnavailableException {
      try {
        Path real = file.toRealPath();
        BasicFileAttributes facts = Files.readAttributes(real, BasicFileAttributes.class);
        return new Source(
            real, facts.size(), facts.lastModifiedTime(), String.valueOf(facts.fileKey()));
      } catch (IOException e) {
        throw new ModelUnavailableException(file + " is missing or can't be read", e);
      }
    }
  }

  /** Reads a weight into a manager. */
  @FunctionalInterface
  interface Reader {
    NDArray read(NDManager manager) throws ModelUnavailableException;
  }

  /** The weights of one file. */
  final class Shelf {
    private final Source source;
    private final NDManager manager = root.newSubManager();
    private final Map<String, NDArray> weights = new HashMap<>();
    private int borrowers;
    private Future<?> end;

    private Shelf(Source source) {
      this.source = source;
    }

    /**
     * @return an array of the borrower's manager on the same memory, which nobody may write to; the
     *     memory lives as long as the longest-lived of all such arrays
     */
    synchronized NDArray lend(String tensor, NDManager borrower, Reader reader)
        throws ModelUnavailableException {
      NDArray kept = weights.get(tensor);
      if (kept == null) {
        kept = reader.read(manager);
        weights.put(tensor, kept);
      }
      NDArray lent = kept.stopGradient();
      lent.attach(borrower);
      return lent;
    }

    private synchronized long bytes() {
      return weights.values().stream().mapToLong(w -> w.size() * Float.BYTES).sum();
    }
  }

  private final Gate gate;
  private final NDManager root;
  private final Map<Source, Shelf> shelves = new HashMap<>();
  private final ScheduledThreadPoolExecutor clock;
  private volatile Duration keep;

  /**
   * @param gate of the engine
   * @param keep how long weights stay after the last network
   */
  KeptWeights(Gate gate, NDManager root, Duration keep) {
    this.gate = gate;
    this.root = root;
    this.keep = keep;
    clock =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "emova-weights");
              thread.setDaemon(true);
              return thread;
            });
    clock.setKeepAliveTime(1, TimeUnit.SECONDS);
    clock.allowCoreThreadTimeOut(true);
    clock.setRemoveOnCancelPolicy(true);
  }

  /** From the next network on that goes. */
  void keep(Duration time) {
    keep = time;
  }

  /** Every shelf is given back once. */
  synchronized Shelf borrow(Path file) throws ModelUnavailableException {
    Shelf shelf = shelves.computeIfAbsent(Source.of(file), Shelf::new);
    shelf.borrowers++;
    if (shelf.end != null) {
      shelf.end.cancel(false);
      shelf.end = null;
    }
    return shelf;
  }

  synchronized void giveBack(Shelf shelf) {
    shelf.borrowers--;
    if (shelf.borrowers > 0 || clock.isShutdown()) {
      return;
    }
    if (keep.isZero() || shelf.bytes() > MOST_BYTES) {
      free(shelf);
    } else {
      shelf.end = clock.schedule(() -> end(shelf), keep.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void end(Shelf shelf) {
    try {
      gate.enter();
    } catch (ModelUnavailableException e) {
      LOG.debug("The weights of {} went with the engine", shelf.source.file(), e);
      return;
    }
    try {
      synchronized (this) {
        if (shelf.borrowers == 0) {
          free(shelf);
        }
      }
    } finally {
      gate.leave();
    }
  }

  private void free(Shelf shelf) {
    shelves.remove(shelf.source, shelf);
    shelf.manager.close();
  }

  /** How many files' weights are in memory. */
  synchronized int size() {
    return shelves.size();
  }

  /** When nobody computes any more; what is given back later is gone already. */
  synchronized void close() {
    clock.shutdownNow();
    shelves.values().forEach(s -> s.manager.close());
    shelves.clear();
  }
}
