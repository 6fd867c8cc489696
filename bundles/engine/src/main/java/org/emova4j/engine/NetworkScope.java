package org.emova4j.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.emova4j.api.speech.InferenceFailedException;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The weights of one network, and the only way to compute with them. First {@link #weight} and
 * {@link #manager} fill it, on one thread; after {@link #freeze()} any number of threads {@link
 * #call} it until {@link #close()}.
 *
 * <p>What attaches to the wrong manager leaks: the result of an operator belongs to the manager of
 * its <em>first</em> operand, so write {@code x.add(weight)}, never {@code weight.add(x)}. Once
 * frozen, the latter throws.
 */
public final class NetworkScope implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkScope.class);

  /**
   * A computation.
   *
   * @param <R> its result, which must not be an array of the manager: that is gone afterwards
   */
  @FunctionalInterface
  public interface Inference<R> {
    /**
     * @param manager owns what the computation makes, and is freed at its end
     */
    R run(NDManager manager) throws SpeechException;
  }

  /** Elements that are widened at once. */
  private static final int BLOCK = 1 << 22;

  private final LibTorchEngine engine;
  private final WeightFiles files;
  private final String name;
  private final Set<String> names;
  private final NDManager manager;
  private final Gate gate;
  private final Map<String, NDArray> weights = new HashMap<>();
  private ByteBuffer scratch = ByteBuffer.allocate(0);
  private boolean frozen;

  NetworkScope(LibTorchEngine engine, WeightFiles files, NDManager manager) {
    this.engine = engine;
    this.files = files;
    this.name = files.name();
    this.names = Collections.unmodifiableSet(new LinkedHashSet<>(files.names()));
    this.manager = manager;
    this.gate = new Gate("the network of " + name);
  }

  /** Names of all tensors in the files. */
  public Set<String> names() {
    return names;
  }

  /**
   * The shape of a tensor in the file, for networks whose sizes follow from their weights.
   *
   * @throws ModelUnavailableException if there is no such tensor
   */
  public long[] shape(String tensor) throws ModelUnavailableException {
    return files.shape(tensor);
  }

  /**
   * A weight as float32. It lives as long as this scope; asked for twice, it is the same array.
   *
   * @param tensor its name in the file
   * @param shape the sizes that it must have; -1 accepts any size, no sizes mean a scalar
   * @throws ModelUnavailableException if the file has no such tensor, or with another shape or a
   *     type that isn't F32, F16 or BF16; names the file, the tensor and both shapes
   * @throws IllegalStateException if the scope is frozen and the weight was not read before
   */
  public NDArray weight(String tensor, long... shape) throws ModelUnavailableException {
    return locked(() -> readWeight(tensor, false, shape));
  }

  /**
   * A matrix as bfloat16: half the memory of a float32, and 8 instead of 24 bits of precision. For
   * {@link Ops#linear} and {@link Ops#embedding}; DJL's own operators don't know the type. Asked
   * for both as this and as float32, a tensor is an error.
   *
   * @throws ModelUnavailableException as {@link #weight}
   * @throws IllegalStateException as {@link #weight}
   */
  public NDArray bfloat16Weight(String tensor, long rows, long columns)
      throws ModelUnavailableException {
    return locked(() -> readWeight(tensor, true, rows, columns));
  }

  private synchronized NDArray readWeight(String tensor, boolean bfloat16, long... shape)
      throws ModelUnavailableException {
    long[] actual = files.shape(tensor);
    if (!fits(actual, shape)) {
      throw new ModelUnavailableException(
          "%s: tensor %s has shape %s, expected %s"
              .formatted(name, tensor, Arrays.toString(actual), Arrays.toString(shape)));
    }
    NDArray known = weights.get(tensor);
    if (known != null) {
      if (bfloat16 == (known.getDataType() == DataType.FLOAT32)) {
        throw new IllegalStateException("weight %s is asked for as two types".formatted(tensor));
      }
      return known;
    }
    if (frozen) {
      throw new IllegalStateException("weight %s was not read before freeze()".formatted(tensor));
    }
    NDArray weight =
        bfloat16
            ? engine.ops().emptyBfloat16(manager, actual[0], actual[1])
            : manager.create(new Shape(actual), DataType.FLOAT32);
    boolean complete = false;
    try {
      read(tensor, weight);
      complete = true;
    } finally {
      if (!complete) {
        weight.close();
      }
    }
    weights.put(tensor, weight);
    return weight;
  }

  /** In blocks, so that the largest weights need no second copy of themselves. */
  private void read(String tensor, NDArray weight) throws ModelUnavailableException {
    long length = weight.getShape().size();
    int block = (int) Math.min(length, BLOCK);
    if (scratch.capacity() < block * Float.BYTES) {
      scratch = ByteBuffer.allocateDirect(block * Float.BYTES).order(ByteOrder.nativeOrder());
    }
    for (long done = 0; done < length; done += block) {
      int count = (int) Math.min(block, length - done);
      ByteBuffer floats = scratch.slice(0, count * Float.BYTES).order(ByteOrder.nativeOrder());
      files.read(tensor, done, floats.asFloatBuffer());
      try (NDArray lent = manager.create(floats, new Shape(count), DataType.FLOAT32)) {
        engine.ops().fill(weight, done, lent);
      }
    }
  }

  private static boolean fits(long[] actual, long[] expected) {
    if (actual.length != expected.length) {
      return false;
    }
    for (int i = 0; i < actual.length; i++) {
      if (expected[i] != -1 && expected[i] != actual[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Owns the weights and what else lives as long as they, such as windows and filters. From {@link
   * #freeze()} on nothing can be added to it.
   */
  public NDManager manager() {
    return manager;
  }

  /**
   * Ends the loading: the file is closed, and from now on a result that would attach to {@link
   * #manager()} is an IllegalStateException instead of a leak.
   */
  public synchronized void freeze() {
    frozen = true;
    manager.cap();
    scratch = ByteBuffer.allocate(0);
    files.close();
  }

  /**
   * Runs a computation while nothing that it uses can be freed. Gradients are off. Calls may nest;
   * long loops should make one call a step, so that nobody waits long for a swap.
   *
   * @return what the computation returns
   * @throws ModelUnavailableException if this scope or the engine is closed
   * @throws InferenceFailedException if libtorch or DJL failed
   * @throws IllegalArgumentException if the computation throws it
   */
  public <R> R call(Inference<R> body) throws SpeechException {
    engine.gate().enter();
    try {
      gate.enter();
      try {
        engine.prepareThread();
        try (NDManager temporary = manager.newSubManager()) {
          return body.run(temporary);
        } catch (IllegalArgumentException e) {
          throw e;
        } catch (RuntimeException e) {
          throw new InferenceFailedException(
              "the network of %s failed: %s".formatted(name, firstLine(e)), e);
        }
      } finally {
        gate.leave();
      }
    } finally {
      engine.gate().leave();
    }
  }

  /**
   * A place for what outlives a call.
   *
   * @throws ModelUnavailableException if this scope or the engine is closed
   */
  public NetworkState openState() throws ModelUnavailableException {
    return locked(() -> new NetworkState(this, manager.newSubManager()));
  }

  private interface Locked<R> {
    R run() throws ModelUnavailableException;
  }

  /** Runs while nothing can be freed. */
  private <R> R locked(Locked<R> body) throws ModelUnavailableException {
    engine.gate().enter();
    try {
      gate.enter();
      try {
        return body.run();
      } finally {
        gate.leave();
      }
    } finally {
      engine.gate().leave();
    }
  }

  void locked(Runnable body) throws ModelUnavailableException {
    this.<Boolean>locked(
        () -> {
          body.run();
          return true;
        });
  }

  private static String firstLine(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /**
   * Refuses new calls, waits for running ones and frees. Calls that outlast the engine's time-out
   * are logged, and the last of them frees. Closing twice does nothing.
   *
   * @throws IllegalStateException if a call closes its own scope
   */
  @Override
  public void close() {
    if (!gate.close(engine.closeTimeout(), this::free)) {
      LOG.warn(
          "A call still runs on {} after {} s; its memory is freed when that call ends",
          name,
          engine.closeTimeout().toSeconds());
    }
  }

  /** Only when nobody is inside. */
  void free() {
    engine.forget(this);
    files.close();
    manager.close();
  }
}
