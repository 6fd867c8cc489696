package org.emova4j.models.internal.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** Writes pickles step by step, good and hostile ones; protocol 2. */
public final class PickleBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public PickleBytes() {
    op(0x80, 2);
  }

  public PickleBytes op(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  public PickleBytes int4(long value) {
    out.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) value).array());
    return this;
  }

  public PickleBytes text(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    op('X').int4(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  public PickleBytes number(long value) {
    op(0x8a, 8);
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  public PickleBytes global(String module, String name) {
    op('c');
    out.writeBytes((module + "\n" + name + "\n").getBytes(UTF_8));
    return this;
  }

  PickleBytes longs(long... values) {
    op('(');
    for (long value : values) {
      number(value);
    }
    return op('t');
  }

  /** A tensor as {@code torch.save} writes it. */
  PickleBytes tensor(
      String storageType, String key, long elements, long offset, long[] sizes, long[] strides) {
    global("torch._utils", "_rebuild_tensor_v2");
    op('(');
    op('(').text("storage").global("torch", storageType).text(key).text("cpu").number(elements);
    op('t', 'Q').number(offset).longs(sizes).longs(strides);
    op(0x89).global("collections", "OrderedDict").op(')', 'R', 't');
    return op('R');
  }

  /** A value: a tensor, a string, a number, a map or a list. */
  PickleBytes value(Object value, Map<String, byte[]> storages) {
    if (value instanceof TorchZip.Tensor tensor) {
      String key = String.valueOf(storages.size());
      storages.put(key, tensor.bytes());
      long elements = 1;
      long[] strides = new long[tensor.shape().length];
      for (int i = strides.length - 1; i >= 0; i--) {
        strides[i] = elements;
        elements *= tensor.shape()[i];
      }
      tensor(tensor.storageType(), key, elements, 0, tensor.shape(), strides);
    } else if (value instanceof Map<?, ?> map) {
      op('}', '(');
      map.forEach((k, v) -> value(k, storages).value(v, storages));
      op('u');
    } else if (value instanceof List<?> list) {
      op(']', '(');
      list.forEach(v -> value(v, storages));
      op('e');
    } else if (value instanceof Number number) {
      number(number.longValue());
    } else {
      text((String) value);
    }
    return this;
  }

  public byte[] end() {
    op('.');
    return out.toByteArray();
  }
}
