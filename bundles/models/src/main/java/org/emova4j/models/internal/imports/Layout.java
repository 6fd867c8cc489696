package org.emova4j.models.internal.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which tensors an architecture has, by their official names, and of which shapes.
 *
 * @param needed without them there is no model
 * @param groups what may be missing, but only as a whole
 * @param unused what checkpoints may hold beside, and nothing runs
 */
record Layout(List<Tensor> needed, List<Group> groups, List<Unused> unused) {
  /**
   * @param shape sizes of the dimensions; -1 for any
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Tensor(String name, long... shape) {
    boolean fits(long[] actual) {
      if (actual.length != shape.length) {
        return false;
      }
      for (int i = 0; i < shape.length; i++) {
        if (shape[i] != -1 && shape[i] != actual[i]) {
          return false;
        }
      }
      return true;
    }

    /** Number of elements, where all sizes are known. */
    long length() {
      long length = 1;
      for (long size : shape) {
        length *= size;
      }
      return length;
    }
  }

  /**
   * @param use what it is for, as messages say it
   */
  record Group(String use, List<Tensor> tensors) {}

  /**
   * @param names of whole tensors
   * @param what as messages say it
   */
  record Unused(Pattern names, String what) {
    static Unused of(String regex, String what) {
      return new Unused(Pattern.compile(regex), what);
    }
  }

  /** Collects tensors under a changing prefix. */
  static final class Builder {
    private final List<Tensor> tensors = new ArrayList<>();

    Builder add(String name, long... shape) {
      tensors.add(new Tensor(name, shape));
      return this;
    }

    /** Weight and bias. */
    Builder layer(String name, long... shape) {
      return add(name + ".weight", shape).add(name + ".bias", shape[0]);
    }

    /** Scale and shift of a normalisation. */
    Builder norm(String name, String scale, String shift, long size) {
      return add(name + scale, size).add(name + shift, size);
    }

    List<Tensor> build() {
      return List.copyOf(tensors);
    }
  }
}
