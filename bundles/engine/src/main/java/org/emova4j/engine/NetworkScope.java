package org.emova4j.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.emova4j.api.speech.InferenceFailedException;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;

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
  private static final int BLOCK = 1 << 20;

  private final LibTorchEngine engine;
  private final WeightFiles files;
  private final String name;
  private final Set<String> names;
  private final NDManager manager;
  private final Gate gate;
  private final Optional<KeptWeights.Shelf> shelf;
  private final Map<String, NDArray> weights = new HashMap<>();
  private ByteBuffer scratch = ByteBuffer.allocate(0);
  private NDArray room; // for weights that others are made of; null if there were none
  private boolean frozen;

  /**
   * @param shelf of weights that are shared with others, given back with this; empty for none
   */
  NetworkScope(
      LibTorchEngine engine,
      WeightFiles files,
      NDManager manager,
      Optional<KeptWeights.Shelf> shelf) {
    this.shelf = shelf;
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
    long[] actual = checkShape(tensor, shape);
    NDArray known = weights.get(tensor);
    if (known != null) {
      if (bfloat16 == (known.getDataType() == DataType.FLOAT32)) {
        throw new IllegalStateException("weight %s is asked for as two types".formatted(tensor));
      }
      return known;
    }
    requireOpen(tensor);
    NDArray weight =
        shelf.isPresent() && !bfloat16
            ? shelf.get().lend(tensor, manager, m -> readWeight(m, tensor, false, actual))
            : readWeight(manager, tensor, bfloat16, actual);
    weights.put(tensor, weight);
    return weight;
  }

  private NDArray readWeight(NDManager owner, String tensor, boolean bfloat16, long[] shape)
      throws ModelUnavailableException {
    NDArray weight =
        bfloat16
            ? engine.ops().emptyBfloat16(owner, shape[0], shape[1])
            : owner.create(new Shape(shape), DataType.FLOAT32);
    readInto(weight, List.of(tensor));
    return weight;
  }

  /**
   * Several weights as one, joined along their first axis, e.g. three projections that are computed
   * in one product. They are read straight into it: there is never a second copy of them all. Not
   * kept: asked for twice, it is read twice.
   *
   * @param tensors their names, at least one
   * @param shape the sizes that each must have
   * @return {@code (tensors * shape[0], shape[1], ...)}
   * @throws ModelUnavailableException as {@link #weight}
   * @throws IllegalStateException if the scope is frozen
   */
  public NDArray joined(List<String> tensors, long... shape) throws ModelUnavailableException {
    return locked(() -> readJoined(tensors, shape));
  }

  private synchronized NDArray readJoined(List<String> tensors, long... shape)
      throws ModelUnavailableException {
    NDArray weight = manager.create(requireJoined(tensors, shape), DataType.FLOAT32);
    readInto(weight, tensors);
    return weight;
  }

  /** The shape of several, one behind the other. */
  private synchronized Shape requireJoined(List<String> tensors, long... shape)
      throws ModelUnavailableException {
    for (String tensor : tensors) {
      checkShape(tensor, shape);
    }
    requireOpen(tensors.get(0));
    long[] all = files.shape(tensors.get(0)).clone();
    all[0] *= tensors.size();
    return new Shape(all);
  }

  /**
   * A matrix to multiply by and nothing else, of one tensor or of several that are joined along
   * their first axis. It is laid out as {@link Ops#linear} is fastest with few rows, which may be
   * in no order that other operators know. While it is made, it takes its memory twice. Not kept:
   * asked for twice, it is read twice.
   *
   * @param tensors their names, at least one
   * @param rows of each
   * @param columns of all
   * @param bfloat16 as for {@link #bfloat16Weight}
   * @return {@code (sum of the rows, columns)}
   * @throws ModelUnavailableException as {@link #weight}
   * @throws IllegalStateException if the scope is frozen
   */
  public NDArray matrix(List<String> tensors, int[] rows, int columns, boolean bfloat16)
      throws ModelUnavailableException {
    return locked(() -> readMatrix(tensors, rows, columns, bfloat16));
  }

  private synchronized NDArray readMatrix(
      List<String> tensors, int[] rows, int columns, boolean bfloat16)
      throws ModelUnavailableException {
    long all = 0;
    for (int i = 0; i < rows.length; i++) {
      checkShape(tensors.get(i), rows[i], columns);
      all += rows[i];
    }
    requireOpen(tensors.get(0));
    try (NDArray plain =
        bfloat16
            ? engine.ops().emptyBfloat16(manager, all, columns)
            : manager.create(new Shape(all, columns), DataType.FLOAT32)) {
      readInto(plain, tensors);
      return engine.ops().arranged(plain);
    }
  }

  private void requireOpen(String tensor) {
    if (frozen) {
      throw new IllegalStateException("weight %s was not read before freeze()".formatted(tensor));
    }
  }

  /** One behind the other; if one can't be read, the weight is freed. */
  private void readInto(NDArray weight, List<String> tensors) throws ModelUnavailableException {
    boolean complete = false;
    try {
      long at = 0;
      for (String tensor : tensors) {
        long length = new Shape(files.shape(tensor)).size();
        read(tensor, length, weight, at);
        at += length;
      }
      complete = true;
    } finally {
      if (!complete) {
        weight.close();
      }
    }
  }

  private long[] checkShape(String tensor, long... shape) throws ModelUnavailableException {
    long[] actual = files.shape(tensor);
    if (!fits(actual, shape)) {
      throw new ModelUnavailableException(
          "%s: tensor %s has shape %s, expected %s"
              .formatted(name, tensor, Arrays.toString(actual), Arrays.toString(shape)));
    }
    return actual;
  }

  /** In blocks, so that the largest weights need no second copy of themselves. */
  private void read(String tensor, long length, NDArray weight, long at)
      throws ModelUnavailableException {
    int block = (int) Math.min(length, BLOCK);
    for (long done = 0; done < length; done += block) {
      int count = (int) Math.min(block, length - done);
      ByteBuffer floats = scratch(count * Float.BYTES);
      files.read(tensor, done, floats.asFloatBuffer());
      try (NDArray lent = manager.create(floats, new Shape(count), DataType.FLOAT32)) {
        engine.ops().fill(weight, at + done, lent);
      }
    }
  }

  private ByteBuffer scratch(int bytes) {
    if (scratch.capacity() < bytes) {
      scratch = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
    return scratch.slice(0, bytes).order(ByteOrder.nativeOrder());
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
   * The numbers of a tensor, for a weight that is made from several, such as a direction and its
   * length. Not kept; what is made of them, {@link #constant} keeps.
   *
   * @param shape as for {@link #weight}
   * @return the elements in row-major order, widened to float
   * @throws ModelUnavailableException as {@link #weight}
   */
  public float[] values(String tensor, long... shape) throws ModelUnavailableException {
    checkShape(tensor, shape);
    return files.read(tensor);
  }

  /**
   * A weight that was computed. It lives as long as this scope.
   *
   * @param values in row-major order
   * @throws ModelUnavailableException if this scope or the engine is closed
   * @throws IllegalStateException if the scope is frozen
   */
  public NDArray constant(float[] values, long... shape) throws ModelUnavailableException {
    return locked(() -> copied(values, shape));
  }

  private synchronized NDArray copied(float[] values, long... shape) {
    ByteBuffer floats = scratch(Math.multiplyExact(values.length, Float.BYTES));
    floats.asFloatBuffer().put(values);
    try (NDArray lent = manager.create(floats, new Shape(shape), DataType.FLOAT32)) {
      return lent.duplicate();
    }
  }

  /**
   * Makes a weight of others that are not needed afterwards, e.g. a matrix in the order of the
   * processor. They are joined along their first axis, in room that the next ones take again: a
   * buffer for each would leave holes in the memory that add up to a tenth of a large network.
   *
   * @param tensors their names, at least one
   * @param maker gets {@code (tensors * shape[0], shape[1], ...)}, which it may change; its result
   *     must not share memory with that, and lives as long as this scope
   * @param shape the sizes that each must have
   * @throws ModelUnavailableException as {@link #weight}
   * @throws IllegalStateException if the scope is frozen
   */
  public NDArray made(List<String> tensors, Maker maker, long... shape) throws SpeechException {
    Shape joined = locked(() -> requireJoined(tensors, shape));
    return call(temporary -> make(tensors, joined, maker, temporary));
  }

  /** Makes one array of another, inside {@link #call}. */
  @FunctionalInterface
  public interface Maker {
    /**
     * @param plain of a manager that is closed soon
     */
    NDArray make(NDArray plain) throws SpeechException;
  }

  private synchronized NDArray make(
      List<String> tensors, Shape joined, Maker maker, NDManager temporary) throws SpeechException {
    NDArray plain = room(joined.size()).get(new NDIndex().addSliceDim(0, joined.size()));
    plain.attach(temporary);
    plain = plain.reshape(joined);
    readInto(plain, tensors);
    NDArray made = maker.make(plain);
    made.attach(manager);
    return made;
  }

  private NDArray room(long elements) {
    if (room == null || room.size() < elements) {
      if (room != null) {
        room.close();
      }
      room = manager.create(new Shape(Math.max(elements, BLOCK)), DataType.FLOAT32);
    }
    return room;
  }

  /**
   * Owns the weights and what else lives as long as they, such as windows and filters. From {@link
   * #freeze()} on nothing can be added to it.
   */
  public NDManager manager() {
    return manager;
  }

  /**
   * Reads a network and freezes this, at once or, if the engine is {@linkplain
   * TensorEngine#readsLate() set so}, when its parts are first asked for. If the reader fails, this
   * is closed.
   *
   * @throws SpeechException as the reader throws it
   */
  public <P> NetworkParts<P> parts(NetworkParts.Reader<P> reader) throws SpeechException {
    NetworkParts<P> parts = lateParts(reader);
    if (!engine.readsLate()) {
      parts.get();
    }
    return parts;
  }

  /** The same, in any case when they are first asked for: for what few callers need. */
  public <P> NetworkParts<P> lateParts(NetworkParts.Reader<P> reader) {
    return new NetworkParts<>(this, reader);
  }

  /**
   * Ends the loading: the file is closed, and from now on a result that would attach to {@link
   * #manager()} is an IllegalStateException instead of a leak.
   */
  public synchronized void freeze() {
    frozen = true;
    manager.cap();
    scratch = ByteBuffer.allocate(0);
    if (room != null) {
      room.close();
      room = null;
    }
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
   * Refuses new calls and frees: at once, or when the last running call ends. It never waits, so
   * that a successor is there the sooner. Closing twice does nothing.
   *
   * @throws IllegalStateException if a call closes its own scope
   */
  @Override
  public void close() {
    gate.close(Duration.ZERO, this::free);
  }

  /** Only when nobody is inside. */
  void free() {
    engine.forget(this);
    files.close();
    manager.close();
    shelf.ifPresent(engine::giveBack);
  }
}
