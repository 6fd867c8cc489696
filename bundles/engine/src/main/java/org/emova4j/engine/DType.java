package org.emova4j.engine;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Element types of safetensors files, and how the ones that networks use are widened. */
enum DType {
  BOOL(1),
  U8(1),
  I8(1),
  F8_E5M2(1),
  F8_E4M3(1),
  I16(2),
  U16(2),
  F16(2),
  BF16(2),
  I32(4),
  U32(4),
  F32(4),
  F64(8),
  I64(8),
  U64(8);

  /** Size of one element in bytes. */
  final int size;

  DType(int size) {
    this.size = size;
  }

  static Optional<DType> of(String name) {
    return Arrays.stream(values()).filter(t -> t.name().equals(name)).findFirst();
  }

  boolean isFloat() {
    return this == F32 || this == F16 || this == BF16;
  }

  boolean isInteger() {
    return this == I32 || this == I64;
  }

  /** Moves all elements of {@code from} (little endian) to {@code to}. */
  void widen(ByteBuffer from, FloatBuffer to) {
    switch (this) {
      case F32 -> {
        FloatBuffer floats = from.asFloatBuffer();
        to.put(floats);
      }
      case F16 -> {
        while (from.hasRemaining()) {
          to.put(halfToFloat(from.getShort()));
        }
      }
      case BF16 -> {
        while (from.hasRemaining()) {
          to.put(Float.intBitsToFloat(from.getShort() << 16));
        }
      }
      default -> throw new IllegalStateException(this + " is not a float type");
    }
  }

  /** Moves all elements of {@code from} (little endian) to {@code to}. */
  void widen(ByteBuffer from, LongBuffer to) {
    switch (this) {
      case I32 -> {
        while (from.hasRemaining()) {
          to.put(from.getInt());
        }
      }
      case I64 -> to.put(from.asLongBuffer());
      default -> throw new IllegalStateException(this + " is not an integer type");
    }
  }

  /** IEEE 754 binary16 to binary32; exact, as every half is also a float. */
  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0) {
      float magnitude = mantissa * 0x1p-24f; // zero or subnormal
      return sign == 0 ? magnitude : -magnitude;
    }
    if (exponent == 31) {
      return Float.intBitsToFloat(sign | 0x7f800000 | mantissa << 13); // infinity or NaN
    }
    return Float.intBitsToFloat(sign | (exponent + 127 - 15) << 23 | mantissa << 13);
  }
}
