package org.emova4j.models.internal.checkpoint;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads pickles that hold data: what makes objects of classes or calls functions is left to {@link
 * Types}, which refuses all but the few that it knows, by name. Protocols 2 to 5; format: Python's
 * {@code pickletools}.
 *
 * <p>A list is an {@link ArrayList}, a dictionary a {@link LinkedHashMap}, a tuple an {@code
 * Object[]}, a whole number a Long or BigInteger, None is {@link #NONE}.
 */
final class Pickle {
  /** Python's None. */
  static final Object NONE =
      new Object() {
        @Override
        public String toString() {
          return "None";
        }
      };

  static final int MAX_OPERATIONS = 2_000_000;
  private static final int MAX_NUMBER_BYTES = 256;

  /** What a pickle may refer to. */
  interface Types {
    /**
     * @param name module and name, e.g. {@code collections.OrderedDict}
     */
    Object global(String name) throws FormatException;

    Object call(Object callable, Object[] arguments) throws FormatException;

    Object persistent(Object id) throws IOException, FormatException;
  }

  private final PickleInput in;
  private final Types types;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();

  private Pickle(PickleInput in, Types types) {
    this.in = in;
    this.types = types;
  }

  /** Reads one pickle, up to its end. */
  static Object read(PickleInput in, Types types) throws IOException, FormatException {
    return new Pickle(in, types).read();
  }

  private Object read() throws IOException, FormatException {
    if (in.u1() != 0x80) {
      throw new FormatException("it has no pickle where one should be");
    }
    int protocol = in.u1();
    if (protocol < 2 || protocol > 5) {
      throw new FormatException(
          "its pickle is of protocol %d, known are 2 to 5".formatted(protocol));
    }
    for (int i = 0; i < MAX_OPERATIONS; i++) {
      int operation = in.u1();
      if (operation == '.') {
        return pop();
      }
      run(operation);
    }
    throw new FormatException("its pickle has more than %d steps".formatted(MAX_OPERATIONS));
  }

  private void run(int operation) throws IOException, FormatException {
    switch (operation) {
      case 0x95 -> in.i8(); // frame: only a hint
      case '(' -> marks.add(stack.size());
      case '0' -> pop();
      case '1' -> popMarked();
      case '2' -> push(top());
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) in.i4());
      case 'K' -> push((long) in.u1());
      case 'M' -> push((long) in.u2());
      case 0x8a -> push(number(in.u1()));
      case 0x8b -> push(number(in.i4()));
      case 'G' -> push(in.f8());
      case 'X' -> push(in.utf8(in.i4() & 0xffff_ffffL));
      case 0x8c -> push(in.utf8(in.u1()));
      case 0x8d -> push(in.utf8(in.i8()));
      case 'B', 'T' -> push(in.bytes(in.i4() & 0xffff_ffffL));
      case 'C', 'U' -> push(in.bytes(in.u1()));
      case 0x8e -> push(in.bytes(in.i8()));
      case ']' -> push(new ArrayList<>());
      case 'l' -> push(new ArrayList<>(popMarked()));
      case 'a' -> append(List.of(pop()));
      case 'e' -> append(popMarked());
      case ')' -> push(new Object[0]);
      case 't' -> push(popMarked().toArray());
      case 0x85 -> push(popLast(1));
      case 0x86 -> push(popLast(2));
      case 0x87 -> push(popLast(3));
      case '}' -> push(new LinkedHashMap<>());
      case 'd' -> {
        List<Object> items = popMarked();
        push(new LinkedHashMap<>());
        set(items);
      }
      case 's' -> set(Arrays.asList(popLast(2)));
      case 'u' -> set(popMarked());
      case 'q' -> memo.put((long) in.u1(), top());
      case 'r' -> memo.put(in.i4() & 0xffff_ffffL, top());
      case 0x94 -> memo.put((long) memo.size(), top());
      case 'h' -> push(remembered(in.u1()));
      case 'j' -> push(remembered(in.i4() & 0xffff_ffffL));
      case 'c' -> push(types.global(in.line() + "." + in.line()));
      case 0x93 -> {
        Object[] names = popLast(2);
        if (!(names[0] instanceof String module && names[1] instanceof String name)) {
          throw new FormatException("its pickle names a class by something that is no string");
        }
        push(types.global(module + "." + name));
      }
      case 'R' -> {
        Object[] call = popLast(2);
        if (!(call[1] instanceof Object[] arguments)) {
          throw new FormatException("its pickle calls something with no tuple of arguments");
        }
        push(types.call(call[0], arguments));
      }
      case 'b' -> build();
      case 'Q' -> push(types.persistent(pop()));
      default ->
          throw new FormatException(
              "its pickle has the step %s, which plain data does not need"
                  .formatted(name(operation)));
    }
  }

  /** Attributes of an object. Dictionaries of PyTorch have some, and can do without. */
  private void build() throws FormatException {
    pop();
    if (!(top() instanceof Map)) {
      throw new FormatException(
          "its pickle sets attributes of something that is no dictionary: " + kind(top()));
    }
  }

  private static String name(int operation) {
    return switch (operation) {
      case 0x81 -> "NEWOBJ";
      case 0x92 -> "NEWOBJ_EX";
      case 'i' -> "INST";
      case 'o' -> "OBJ";
      case 0x82, 0x83, 0x84 -> "EXT";
      case 0x8f -> "EMPTY_SET";
      case 0x90 -> "ADDITEMS";
      case 0x91 -> "FROZENSET";
      case 0x96 -> "BYTEARRAY8";
      case 'P' -> "PERSID";
      default -> "0x%02x".formatted(operation);
    };
  }

  /** What a value is, in words; never the value itself, which may be endless. */
  static String kind(Object value) {
    if (value instanceof Map) {
      return "a dictionary";
    } else if (value instanceof List) {
      return "a list";
    } else if (value instanceof Object[]) {
      return "a tuple";
    } else if (value instanceof String s) {
      return "the string \"%s\"".formatted(Text.printable(s));
    } else if (value instanceof byte[]) {
      return "bytes";
    } else if (value instanceof StoredTensor) {
      return "a tensor";
    }
    return Text.printable(String.valueOf(value));
  }

  private Object number(int bytes) throws IOException, FormatException {
    if (bytes < 0 || bytes > MAX_NUMBER_BYTES) {
      throw new FormatException(
          "its pickle has a number of %d bytes, the limit is %d"
              .formatted(bytes, MAX_NUMBER_BYTES));
    }
    byte[] littleEndian = in.bytes(bytes);
    byte[] bigEndian = new byte[Math.max(1, bytes)];
    for (int i = 0; i < bytes; i++) {
      bigEndian[bytes - 1 - i] = littleEndian[i];
    }
    BigInteger number = new BigInteger(bigEndian);
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() throws FormatException {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  /** The last value since the last mark. */
  private Object top() throws FormatException {
    int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    if (stack.size() <= floor) {
      throw new FormatException("its pickle is damaged: it takes a value that is not there");
    }
    return stack.get(stack.size() - 1);
  }

  private Object[] popLast(int count) throws FormatException {
    Object[] values = new Object[count];
    for (int i = count - 1; i >= 0; i--) {
      values[i] = pop();
    }
    return values;
  }

  private List<Object> popMarked() throws FormatException {
    if (marks.isEmpty()) {
      throw new FormatException("its pickle is damaged: it takes values up to a missing mark");
    }
    int from = marks.remove(marks.size() - 1);
    List<Object> tail = stack.subList(from, stack.size());
    List<Object> values = new ArrayList<>(tail);
    tail.clear();
    return values;
  }

  private Object remembered(long index) throws FormatException {
    Object value = memo.get(index);
    if (value == null) {
      throw new FormatException(
          "its pickle is damaged: it recalls value %d, which it has not stored".formatted(index));
    }
    return value;
  }

  @SuppressWarnings("unchecked") // only this makes lists
  private void append(List<Object> values) throws FormatException {
    if (!(top() instanceof ArrayList)) {
      throw new FormatException("its pickle appends to something that is no list: " + kind(top()));
    }
    ((ArrayList<Object>) top()).addAll(values);
  }

  @SuppressWarnings("unchecked") // only this and TorchObjects make dictionaries, of this type
  private void set(List<Object> items) throws FormatException {
    if (!(top() instanceof LinkedHashMap) || items.size() % 2 != 0) {
      throw new FormatException(
          "its pickle sets items of something that is no dictionary: " + kind(top()));
    }
    Map<Object, Object> map = (LinkedHashMap<Object, Object>) top();
    for (int i = 0; i < items.size(); i += 2) {
      map.put(key(items.get(i)), items.get(i + 1));
    }
  }

  /** Only keys whose hash can be taken without looking into other values. */
  static Object key(Object key) throws FormatException {
    if (key instanceof String || key instanceof Number || key instanceof Boolean || key == NONE) {
      return key;
    }
    throw new FormatException(
        "its pickle has a dictionary whose key is no string or number but " + kind(key));
  }
}
