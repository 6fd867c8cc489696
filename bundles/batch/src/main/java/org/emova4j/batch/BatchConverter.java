package org.emova4j.batch;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the items of a batch, so many at a time, and leaves out what an earlier run has done.
 *
 * <p>An output appears whole, under its name, or not at all: it is written as a draft beside it,
 * brought to the disk, renamed, and then logged. A process that is killed at any moment leaves
 * drafts, which the next run removes, and at worst an output without a line in the log, which the
 * next run makes again with the same bytes.
 *
 * <p>{@link #run} may be called once; {@link #stop} and {@link #abort} may come from any thread.
 */
public final class BatchConverter {
  private static final Logger log = LoggerFactory.getLogger(BatchConverter.class);
  private static final String DRAFT = ".emova-batch-";

  private final ItemProcessor processor;
  private final BatchOptions options;
  private final ResultLog results;
  private final BatchListener listener;
  private final OutputKeeper keeper;
  private final ExecutorService workers;
  private final ExecutorService tasks = Executors.newCachedThreadPool(daemons("emova-item-"));
  private final Set<Path> folders = new HashSet<>();

  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger unchanged = new AtomicInteger();
  private final AtomicInteger existing = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final DoubleAdder inputSeconds = new DoubleAdder();
  private volatile boolean stopped;
  private volatile boolean aborted;
  private volatile IOException broken; // the log can't be written: nothing may go on

  public BatchConverter(
      ItemProcessor processor, BatchOptions options, ResultLog results, BatchListener listener) {
    this(processor, options, results, listener, OutputKeeper.FILES);
  }

  /** With outputs that are gathered into something larger. */
  public BatchConverter(
      ItemProcessor processor,
      BatchOptions options,
      ResultLog results,
      BatchListener listener,
      OutputKeeper keeper) {
    this.processor = requireNonNull(processor, "processor");
    this.options = requireNonNull(options, "options");
    this.results = requireNonNull(results, "results");
    this.listener = requireNonNull(listener, "listener");
    this.keeper = requireNonNull(keeper, "keeper");
    workers = Executors.newFixedThreadPool(options.jobs(), daemons("emova-batch-"));
  }

  private static java.util.concurrent.ThreadFactory daemons(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Runs a plan; what it could not plan gets its lines in the log first.
   *
   * @return counts items alone, not what could not be planned
   * @throws IOException if the result log can't be written
   * @throws InterruptedException if this thread is interrupted; running items are given up
   */
  public BatchSummary run(BatchPlan plan) throws IOException, InterruptedException {
    for (BatchPlan.Unplanned unplanned : plan.unplanned()) {
      results.append(ItemResult.unplanned(unplanned));
    }
    return run(plan.items());
  }

  /**
   * Runs until every item has ended, or the batch is stopped.
   *
   * @param items in the order in which to begin them
   * @throws IOException if the result log can't be written
   * @throws InterruptedException if this thread is interrupted; running items are given up
   */
  public BatchSummary run(List<BatchItem> items) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    sweep(items);
    Iterator<BatchItem> queue = List.copyOf(items).iterator();
    List<Future<?>> loops = new ArrayList<>();
    for (int i = 0; i < options.jobs(); i++) {
      loops.add(workers.submit(() -> work(queue)));
    }
    try {
      for (Future<?> loop : loops) {
        loop.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a worker of the batch died", e.getCause());
    } finally {
      workers.shutdownNow();
      tasks.shutdownNow();
    }
    if (broken != null) {
      throw broken;
    }
    return new BatchSummary(
        done.get(),
        unchanged.get(),
        existing.get(),
        failed.get(),
        items.size() - ended.get(),
        inputSeconds.sum(),
        (System.nanoTime() - begin) / 1e9);
  }

  /** Running items end, no other begins. */
  public void stop() {
    stopped = true;
  }

  /** Nothing goes on; running items leave no output. */
  public void abort() {
    aborted = true;
    stopped = true;
    workers.shutdownNow();
    tasks.shutdownNow();
  }

  private void work(Iterator<BatchItem> queue) {
    while (!stopped && broken == null) {
      BatchItem item;
      synchronized (queue) {
        if (!queue.hasNext()) {
          return;
        }
        item = queue.next();
      }
      try {
        attend(item);
        ended.incrementAndGet();
      } catch (InterruptedException e) {
        return; // given up: the item stays open
      } catch (ClosedChannelException e) {
        // An interrupt closes the files that it meets; the next run cuts off what is incomplete.
        broken = aborted ? null : e;
        return;
      } catch (IOException e) {
        broken = e;
        return;
      }
    }
  }

  private void attend(BatchItem item) throws IOException, InterruptedException {
    Attempt attempt = new Attempt(item);
    Optional<String> reason = attempt.unchanged();
    if (reason.isPresent()) {
      unchanged.incrementAndGet();
      keeper.settled(item, true);
      listener.skipped(item, reason.get());
      return;
    }
    if (Files.exists(item.output()) && results.last(item.output()).isEmpty()) {
      switch (options.existing()) {
        case SKIP -> {
          existing.incrementAndGet();
          keeper.settled(item, true);
          listener.skipped(item, "the output exists");
          return;
        }
        case FAIL -> {
          end(
              item,
              attempt.failure(
                  new ItemException(
                      ItemException.Stage.PLAN, "%s exists".formatted(item.output()), null)));
          return;
        }
        case REPLACE -> {}
      }
    }
    listener.begun(item);
    results.append(attempt.begun());
    end(item, attempt.run());
  }

  private void end(BatchItem item, ItemResult result) throws IOException {
    results.append(result);
    keeper.settled(item, result.isOk());
    if (result.isOk()) {
      done.incrementAndGet();
      inputSeconds.add(result.inputSeconds());
    } else {
      failed.incrementAndGet();
    }
    listener.ended(item, result);
  }

  /** Drafts that a killed run left. The log's lock says that nobody is writing them. */
  private void sweep(List<BatchItem> items) {
    items.forEach(item -> folders.add(item.output().getParent()));
    for (Path folder : folders) {
      try (DirectoryStream<Path> drafts = Files.newDirectoryStream(folder, DRAFT + "*")) {
        for (Path draft : drafts) {
          Files.deleteIfExists(draft);
        }
      } catch (NoSuchFileException e) {
        // It is made when it is needed.
      } catch (IOException e) {
        log.warn("{}: what an earlier run left can't be removed: {}", folder, e.getMessage());
      }
    }
  }

  /** One go at one item. */
  private final class Attempt {
    private final BatchItem item;
    private final String settings;
    private final long begin = System.nanoTime();
    private long inputBytes;
    private long inputModified;

    Attempt(BatchItem item) {
      this.item = item;
      this.settings = item.settings().fingerprint();
    }

    /** Why there is nothing to do, if so. */
    Optional<String> unchanged() {
      Optional<ItemResult> earlier = results.lastOk(item.output());
      if (earlier.isEmpty()
          || !earlier.get().settings().equals(settings)
          || !earlier.get().versions().equals(options.versions())
          || !earlier.get().input().equals(item.input().toUri())) {
        return Optional.empty();
      }
      ItemResult made = earlier.get();
      try {
        if (!keeper.holds(item.output(), made.outputBytes()) || !isSameInput(made)) {
          return Optional.empty();
        }
        return Optional.of("made by an earlier run");
      } catch (IOException e) {
        return Optional.empty(); // gone or unreadable: the attempt will tell
      }
    }

    private boolean isSameInput(ItemResult made) throws IOException {
      BasicFileAttributes input = Files.readAttributes(item.input(), BasicFileAttributes.class);
      if (input.size() != made.inputBytes()) {
        return false;
      }
      return input.lastModifiedTime().toMillis() == made.inputModified()
          || Hashes.sha256(item.input()).equals(made.inputSha256());
    }

    ItemResult begun() {
      return result(ItemResult.Status.BEGUN, "", 0, "", ItemProcessor.Work.NONE, "", "");
    }

    ItemResult failure(ItemException e) {
      return result(
          ItemResult.Status.FAILED,
          "",
          0,
          "",
          ItemProcessor.Work.NONE,
          e.stage().name().toLowerCase(java.util.Locale.ROOT),
          e.getMessage());
    }

    ItemResult run() throws InterruptedException {
      Path draft = item.output().resolveSibling(DRAFT + UUID.randomUUID() + ".part");
      try {
        processor.check(item);
        String inputHash = readInput();
        prepareFolder();
        ItemProcessor.Work work = processInTime(draft);
        if (!isInputUntouched()) {
          throw new ItemException(
              ItemException.Stage.READ, "%s changed while it was read".formatted(name()), null);
        }
        String outputHash = complete(draft);
        return result(
            ItemResult.Status.OK, inputHash, Files.size(item.output()), outputHash, work, "", "");
      } catch (ItemException e) {
        log.debug("{}", item.input(), e);
        return failure(e);
      } catch (IOException e) {
        log.debug("{}", item.input(), e);
        return failure(new ItemException(ItemException.Stage.WRITE, Failures.reason(e), e));
      } finally {
        delete(draft);
      }
    }

    private String name() {
      return String.valueOf(item.input().getFileName());
    }

    private String readInput() throws ItemException {
      try {
        BasicFileAttributes attributes =
            Files.readAttributes(item.input(), BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
          throw new ItemException(
              ItemException.Stage.READ, "%s is no regular file".formatted(name()), null);
        }
        inputBytes = attributes.size();
        inputModified = attributes.lastModifiedTime().toMillis();
        return Hashes.sha256(item.input());
      } catch (IOException e) {
        throw new ItemException(ItemException.Stage.READ, Failures.reason(e), e);
      }
    }

    private boolean isInputUntouched() throws IOException {
      BasicFileAttributes now = Files.readAttributes(item.input(), BasicFileAttributes.class);
      return now.size() == inputBytes && now.lastModifiedTime().toMillis() == inputModified;
    }

    private void prepareFolder() throws IOException {
      Files.createDirectories(item.output().getParent());
    }

    private ItemProcessor.Work processInTime(Path draft)
        throws ItemException, InterruptedException {
      Future<ItemProcessor.Work> work = tasks.submit(() -> processor.process(item, draft));
      try {
        return work.get(options.itemTimeout().toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        work.cancel(true); // what doesn't heed it keeps its thread, but writes to its draft alone
        throw new ItemException(
            ItemException.Stage.TIMEOUT,
            "%s took longer than %d s".formatted(name(), options.itemTimeout().toSeconds()),
            e);
      } catch (InterruptedException e) {
        work.cancel(true);
        throw e;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof ItemException refused) {
          throw refused;
        }
        if (e.getCause() instanceof InterruptedException) {
          throw new InterruptedException("the item was given up");
        }
        throw new ItemException(
            ItemException.Stage.PROCESS, String.valueOf(e.getCause().getMessage()), e.getCause());
      }
    }

    private String complete(Path draft) throws IOException {
      try (FileChannel written = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      String hash = Hashes.sha256(draft);
      try {
        Files.move(draft, item.output(), StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(draft, item.output(), StandardCopyOption.REPLACE_EXISTING);
      }
      return hash;
    }

    private ItemResult result(
        ItemResult.Status status,
        String inputHash,
        long outputBytes,
        String outputHash,
        ItemProcessor.Work work,
        String stage,
        String reason) {
      return new ItemResult(
          status,
          item.input().toUri(),
          item.output().toUri(),
          settings,
          options.versions(),
          inputBytes,
          inputModified,
          inputHash,
          outputBytes,
          outputHash,
          work.inputSeconds(),
          work.outputSeconds(),
          (System.nanoTime() - begin) / 1e9,
          work.stageSeconds(),
          work.warnings(),
          work.lufs(),
          stage,
          reason);
    }
  }

  private static void delete(Path draft) {
    try {
      Files.deleteIfExists(draft);
    } catch (IOException e) {
      log.warn("{} can't be removed: {}", draft, e.getMessage());
    }
  }
}
