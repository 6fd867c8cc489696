package org.emova4j.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.emova4j.api.speech.InferenceFailedException;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.api.speech.SpeechException;

/**
 * A TorchScript file: somebody's network as a program, from one tensor of floats to one tensor.
 * Nothing is believed of what it returns: its kind, type and size are checked before it is read.
 *
 * <p>Safe for concurrent use; calls wait for each other, as a script may keep state in itself.
 */
public final class ScriptNetwork implements AutoCloseable {
  private static final long MOST_BYTES = 2_000_000_000; // it goes through a Java array
  private static final int MOST_ELEMENTS = 1 << 28;
  // Numbers of c10::ScalarType: float16, float32, float64, bfloat16; uint8 to int64.
  private static final Set<Integer> FLOATS = Set.of(5, 6, 7, 15);
  private static final Set<Integer> INTEGERS = Set.of(0, 1, 2, 3, 4);
  private static final Map<Integer, String> OTHERS =
      Map.of(8, "complex32", 9, "complex64", 10, "complex128", 11, "bool");

  /**
   * What a network returned. Its arrays are the caller's.
   *
   * @param shape its sizes
   * @param floats its elements in row-major order; empty if they are integers
   * @param integers its elements in row-major order; empty if they are floats
   * @param isInteger which of both it is
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Output(long[] shape, float[] floats, long[] integers, boolean isInteger) {
    @Override
    public String toString() {
      return "%s %s".formatted(isInteger ? "integers" : "floats", Arrays.toString(shape));
    }
  }

  private final NetworkScope scope;
  private final Ops ops;
  private final ScriptModule module;
  private final Path file;

  private ScriptNetwork(NetworkScope scope, Ops ops, ScriptModule module, Path file) {
    this.scope = scope;
    this.ops = ops;
    this.module = module;
    this.file = file;
  }

  /**
   * @param scope is closed with the network, or right here if it can't be loaded
   */
  static ScriptNetwork open(NetworkScope scope, Ops ops, Path file)
      throws ModelUnavailableException {
    boolean complete = false;
    try {
      ScriptModule module = load(scope, file);
      scope.freeze();
      complete = true;
      return new ScriptNetwork(scope, ops, module, file);
    } finally {
      if (!complete) {
        scope.close();
      }
    }
  }

  private static ScriptModule load(NetworkScope scope, Path file) throws ModelUnavailableException {
    if (!Files.isRegularFile(file)) {
      throw new ModelUnavailableException(file + " is missing or not a file");
    }
    ScriptModule[] loaded = new ScriptModule[1];
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      long bytes = Files.size(file);
      if (bytes > MOST_BYTES) {
        throw new ModelUnavailableException(
            "%s has %d bytes, a script may have %d".formatted(file, bytes, MOST_BYTES));
      }
      IOException[] failed = new IOException[1];
      scope.locked(
          () -> {
            try {
              loaded[0] = ScriptModule.load(scope.manager(), in);
            } catch (IOException e) {
              failed[0] = e;
            }
          });
      if (failed[0] != null) {
        throw failed[0];
      }
      return loaded[0];
    } catch (IOException e) {
      throw new ModelUnavailableException("%s can't be read".formatted(file), e);
    } catch (RuntimeException e) {
      throw new ModelUnavailableException(
          "%s is no TorchScript file that libtorch can load: %s".formatted(file, reason(e)), e);
    }
  }

  /**
   * What a network is given: floats or integers in row-major order.
   *
   * @param floats empty if they are integers
   * @param integers empty if they are floats
   * @param shape of either
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Input(float[] floats, long[] integers, long... shape) {
    private static final float[] NO_FLOATS = {};
    private static final long[] NO_INTEGERS = {};

    /** float32. */
    public static Input of(float[] floats, long... shape) {
      return new Input(floats, NO_INTEGERS, shape);
    }

    /** int64. */
    public static Input of(long[] integers, long... shape) {
      return new Input(NO_FLOATS, integers, shape);
    }

    private NDArray in(NDManager manager) {
      return integers.length > 0
          ? manager.create(integers, new Shape(shape))
          : manager.create(floats, new Shape(shape));
    }
  }

  /** As {@link #call(Input...)}, with one input of floats. */
  public Output call(float[] input, long... shape) throws SpeechException {
    return call(Input.of(input, shape));
  }

  /**
   * Runs the script's {@code forward}.
   *
   * @param inputs at least one, in the order of its parameters
   * @throws InferenceFailedException if the script fails, or returns anything but one dense tensor
   *     of numbers with at most 2^28 elements; names the file and the reason
   * @throws ModelUnavailableException if this or the engine is closed
   */
  public Output call(Input... inputs) throws SpeechException {
    return scope.call(
        manager -> {
          NDArray first = inputs[0].in(manager);
          Object[] rest = Arrays.stream(inputs).skip(1).map(i -> i.in(manager)).toArray();
          try {
            return read(manager, forward(first, rest));
          } catch (RuntimeException e) {
            String shapes =
                Arrays.stream(inputs)
                    .map(i -> Arrays.toString(i.shape()))
                    .collect(Collectors.joining(" and "));
            throw new InferenceFailedException(
                "%s failed on an input of shape %s: %s".formatted(file, shapes, reason(e)), e);
          }
        });
  }

  private synchronized NDArray forward(NDArray first, Object... rest) {
    return module.run("forward", first, rest);
  }

  /** By way of a tensor of ours: what can't be copied into one has no elements to read. */
  private Output read(NDManager manager, NDArray result) {
    Shape shape = result.getShape();
    int type = ops.scalarType(result);
    boolean integer = INTEGERS.contains(type);
    if (!integer && !FLOATS.contains(type)) {
      throw new IllegalStateException(
          "it returned a tensor of %s, not of floats or integers"
              .formatted(OTHERS.getOrDefault(type, "the scalar type " + type)));
    }
    long elements = 1;
    for (long size : shape.getShape()) {
      if (size > MOST_ELEMENTS || elements * size > MOST_ELEMENTS) {
        throw new IllegalStateException(
            "it returned a tensor of shape %s, with more than %d elements"
                .formatted(shape, MOST_ELEMENTS));
      }
      elements *= size;
    }
    if (elements == 0) {
      return new Output(shape.getShape(), new float[0], new long[0], integer);
    }
    NDArray ours = manager.create(shape, integer ? DataType.INT64 : DataType.FLOAT32);
    ops.copy(ours, result);
    return new Output(
        shape.getShape(),
        integer ? new float[0] : ours.toFloatArray(),
        integer ? ours.toLongArray() : new long[0],
        integer);
  }

  /** libtorch's messages are stack traces: what went wrong stands in their last line. */
  private static String reason(RuntimeException e) {
    return String.valueOf(e.getMessage())
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("frame #"))
        .reduce(
            (first, last) -> last.contains("Error: ") || !first.contains("Error: ") ? last : first)
        .orElse(e.getClass().getSimpleName());
  }

  /** Waits for running calls, see {@link NetworkScope#close()}. */
  @Override
  public void close() {
    scope.close();
  }
}
