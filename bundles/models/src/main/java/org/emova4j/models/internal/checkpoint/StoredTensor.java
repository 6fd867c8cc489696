package org.emova4j.models.internal.checkpoint;

import java.util.Arrays;

/**
 * Where a tensor's elements lie: a view of a storage with sizes and steps, as PyTorch has it. Made
 * only of values that fit each other.
 */
public final class StoredTensor {
  static final int MAX_RANK = 16;

  private final ElementType type;
  private final long[] shape;
  private final long[] strides;
  private final long offset;
  private final Storage storage;
  private final long length;

  private StoredTensor(
      ElementType type, long[] shape, long[] strides, long offset, Storage storage, long length) {
    this.type = type;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
    this.storage = storage;
    this.length = length;
  }

  /**
   * @param strides elements from one index to the next, of each dimension
   * @param offset of the first element, in elements
   * @param capacity of the storage, in elements
   * @throws FormatException if the view is not inside the storage
   */
  static StoredTensor of(
      ElementType type, long[] shape, long[] strides, long offset, Storage storage, long capacity)
      throws FormatException {
    if (shape.length != strides.length || shape.length > MAX_RANK) {
      throw new FormatException(
          "a tensor has %d sizes and %d strides, the limit is %d"
              .formatted(shape.length, strides.length, MAX_RANK));
    }
    long length = 1;
    long last = offset;
    try {
      for (int i = 0; i < shape.length; i++) {
        if (shape[i] < 0 || strides[i] < 0) {
          throw new FormatException(
              "a tensor has sizes %s and strides %s"
                  .formatted(Arrays.toString(shape), Arrays.toString(strides)));
        }
        length = Math.multiplyExact(length, shape[i]);
        last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[i] - 1), strides[i]));
      }
      Math.multiplyExact(length, type.size);
    } catch (ArithmeticException e) {
      throw new FormatException(
          "a tensor of sizes %s has more than 2^63 bytes".formatted(Arrays.toString(shape)), e);
    }
    if (offset < 0 || offset > capacity || (length > 0 && last >= capacity)) {
      throw new FormatException(
          "a tensor of sizes %s, strides %s and offset %d is not inside its storage %s of %d elements"
              .formatted(
                  Arrays.toString(shape),
                  Arrays.toString(strides),
                  offset,
                  storage.name(),
                  capacity));
    }
    return new StoredTensor(type, shape.clone(), strides.clone(), offset, storage, length);
  }

  /** Elements one behind the other, last dimension fastest. */
  static StoredTensor contiguous(ElementType type, long[] shape, Storage storage, long capacity)
      throws FormatException {
    return of(type, shape, rowMajor(shape), 0, storage, capacity);
  }

  private static long[] rowMajor(long[] shape) {
    long[] strides = new long[shape.length];
    long step = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= Math.max(1, shape[i]); // wraps only where of() finds that the product does
    }
    return strides;
  }

  public ElementType type() {
    return type;
  }

  public long[] shape() {
    return shape.clone();
  }

  /** Number of elements. */
  public long length() {
    return length;
  }

  Storage storage() {
    return storage;
  }

  long offset() {
    return offset;
  }

  /** From the first to behind the last element, in elements. */
  long span() {
    if (length == 0) {
      return 0;
    }
    long last = 0;
    for (int i = 0; i < shape.length; i++) {
      last += (shape[i] - 1) * strides[i];
    }
    return last + 1;
  }

  boolean isContiguous() {
    long[] expected = rowMajor(shape);
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] > 1 && strides[i] != expected[i]) {
        return false;
      }
    }
    return true;
  }

  /** Places of all elements in row-major order, counted from the first, in elements. */
  final class Places {
    private final long[] index = new long[shape.length];
    private long place;

    /** The place of the next element; called at most {@link #length} times. */
    long next() {
      long result = place;
      for (int i = shape.length - 1; i >= 0; i--) {
        place += strides[i];
        if (++index[i] < shape[i]) {
          break;
        }
        place -= index[i] * strides[i];
        index[i] = 0;
      }
      return result;
    }
  }
}
