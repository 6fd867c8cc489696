package org.emova4j.engine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Builds safetensors files. */
final class SafetensorsBytes {
  private final StringBuilder header = new StringBuilder("{\"__metadata__\":{\"made\":\"here\"}");
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  SafetensorsBytes floats(String name, long[] shape, float... values) {
    byte[] bytes = new byte[values.length * 4];
    ByteBuffer buffer = littleEndian(bytes);
    for (float v : values) {
      buffer.putFloat(v);
    }
    return tensor(name, "F32", shape, bytes);
  }

  SafetensorsBytes shorts(String name, String dtype, long[] shape, int... bits) {
    byte[] bytes = new byte[bits.length * 2];
    ByteBuffer buffer = littleEndian(bytes);
    for (int b : bits) {
      buffer.putShort((short) b);
    }
    return tensor(name, dtype, shape, bytes);
  }

  SafetensorsBytes tensor(String name, String dtype, long[] shape, byte[] bytes) {
    int begin = data.size();
    data.writeBytes(bytes);
    String sizes = Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(","));
    header.append(
        ",\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
            .formatted(name, dtype, sizes, begin, data.size()));
    return this;
  }

  byte[] bytes() {
    return file(header + "}", data.toByteArray());
  }

  static byte[] file(String header, byte... data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    byte[] file = new byte[8 + json.length + data.length];
    littleEndian(file).putLong(json.length).put(json).put(data);
    return file;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
