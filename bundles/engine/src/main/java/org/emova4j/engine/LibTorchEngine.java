package org.emova4j.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.emova4j.api.speech.ModelUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine once libtorch is loaded. Its gate holds every call of every scope. */
final class LibTorchEngine implements TensorEngine {
  private static final Logger LOG = LoggerFactory.getLogger(LibTorchEngine.class);

  // Large enough for every optimisation, small enough for memory to matter little.
  private static final int MATRIX_SIZE = 1024;
  private static final long MATRIX_NANOS = 1_000_000_000;

  private final Engine engine;
  private final NDManager root;
  private final Ops ops;
  private volatile Duration closeTimeout;
  private final Gate gate = new Gate("the engine");
  private final KeptWeights kept;
  private final Set<NetworkScope> scopes = ConcurrentHashMap.newKeySet();
  // libtorch keeps the number of threads per calling thread; 0 is what a thread starts with.
  private final ThreadLocal<Integer> appliedThreads = ThreadLocal.withInitial(() -> 0);
  private volatile int threads;
  private volatile boolean readsLate;

  /**
   * @param engine DJL's PyTorch engine, started
   * @param threads one operator may use, at least 1
   * @param closeTimeout how long closing waits for running calls
   * @param keepWeights how long shared weights stay after the last network of them
   * @param readsLate whether weights are read at a network's first use
   */
  LibTorchEngine(
      Engine engine, int threads, Duration closeTimeout, Duration keepWeights, boolean readsLate) {
    this.engine = engine;
    this.threads = threads;
    this.closeTimeout = closeTimeout;
    this.readsLate = readsLate;
    this.root = engine.newBaseManager();
    this.ops = Ops.load(root);
    this.kept = new KeptWeights(gate, root, keepWeights);
  }

  @Override
  public String version() {
    return engine.getVersion();
  }

  @Override
  public int threads() {
    return threads;
  }

  void configure(int threads, Duration closeTimeout, Duration keepWeights, boolean readsLate) {
    this.threads = threads;
    this.readsLate = readsLate;
    this.closeTimeout = closeTimeout;
    kept.keep(keepWeights);
  }

  @Override
  public boolean readsLate() {
    return readsLate;
  }

  @Override
  public Ops ops() {
    return ops;
  }

  @Override
  public NetworkScope open(List<Path> safetensors) throws ModelUnavailableException {
    return scope(WeightFiles.open(safetensors), Optional.empty());
  }

  @Override
  public NetworkScope openShared(Path safetensors) throws ModelUnavailableException {
    return scope(WeightFiles.open(List.of(safetensors)), Optional.of(safetensors));
  }

  @Override
  public ScriptNetwork openScript(Path torchScript) throws ModelUnavailableException {
    return ScriptNetwork.open(
        scope(WeightFiles.none(torchScript.toString()), Optional.empty()), ops, torchScript);
  }

  private NetworkScope scope(WeightFiles files, Optional<Path> shared)
      throws ModelUnavailableException {
    NetworkScope scope = null;
    try {
      gate.enter();
      try {
        Optional<KeptWeights.Shelf> shelf =
            shared.isPresent() ? Optional.of(kept.borrow(shared.get())) : Optional.empty();
        scope = new NetworkScope(this, files, root.newSubManager(), shelf);
        scopes.add(scope);
      } finally {
        gate.leave();
      }
    } finally {
      if (scope == null) {
        files.close();
      }
    }
    return scope;
  }

  @Override
  public TextTokenizer openTokenizer(Path file) throws ModelUnavailableException {
    TokenizerLibrary.locate();
    return TextTokenizer.open(file, closeTimeout);
  }

  @Override
  public double measureMatrixMultiply() throws ModelUnavailableException {
    gate.enter();
    try (NDManager manager = root.newSubManager()) {
      prepareThread();
      Shape square = new Shape(MATRIX_SIZE, MATRIX_SIZE);
      NDArray a = manager.randomUniform(-1, 1, square);
      NDArray b = manager.randomUniform(-1, 1, square);
      a.matMul(b).close(); // the first one allocates
      long best = Long.MAX_VALUE;
      long end = System.nanoTime() + MATRIX_NANOS;
      for (long now = System.nanoTime(); now < end; ) {
        try (NDArray product = a.matMul(b)) {
          product.getFloat(0, 0);
        }
        long then = System.nanoTime();
        best = Math.min(best, then - now);
        now = then;
      }
      return 2.0 * MATRIX_SIZE * MATRIX_SIZE * MATRIX_SIZE / (best / 1e9);
    } finally {
      gate.leave();
    }
  }

  Gate gate() {
    return gate;
  }

  /** Both settings belong to a thread in libtorch, and any thread may come. */
  void prepareThread() {
    JniUtils.setGradMode(false);
    int wanted = threads;
    if (appliedThreads.get() != wanted) {
      JniUtils.setNumThreads(wanted);
      appliedThreads.set(wanted);
    }
  }

  void giveBack(KeptWeights.Shelf shelf) {
    kept.giveBack(shelf);
  }

  KeptWeights kept() {
    return kept;
  }

  void forget(NetworkScope scope) {
    scopes.remove(scope);
  }

  /** Refuses new calls, waits for running ones up to the time-out, then frees everything. */
  void close() {
    if (!gate.close(closeTimeout, this::free)) {
      LOG.warn(
          "A call still runs after {} s; the engine's memory is freed when that call ends",
          closeTimeout.toSeconds());
    }
  }

  private void free() {
    for (NetworkScope scope : List.copyOf(scopes)) {
      scope.close();
    }
    kept.close();
    ops.close();
    root.close();
  }
}
