package org.emova4j.models.internal.checkpoint;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a tensor's elements are. The names are those of safetensors. */
public enum ElementType {
  F32(4),
  F16(2),
  BF16(2),
  F64(8),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U8(1),
  BOOL(1),
  U16(2),
  U32(4),
  U64(8),
  F8_E4M3(1),
  F8_E5M2(1);

  private static final Map<String, ElementType> NUMPY =
      Map.of(
          "<f4", F32, "<f2", F16, "<f8", F64, "<i8", I64, "<i4", I32, "<i2", I16, "|i1", I8, "|u1",
          U8, "|b1", BOOL);

  private static final Map<String, ElementType> STORAGES =
      Map.of(
          "FloatStorage", F32,
          "HalfStorage", F16,
          "BFloat16Storage", BF16,
          "DoubleStorage", F64,
          "LongStorage", I64,
          "IntStorage", I32,
          "ShortStorage", I16,
          "CharStorage", I8,
          "ByteStorage", U8,
          "BoolStorage", BOOL);

  /** Of one element, in bytes. */
  public final int size;

  ElementType(int size) {
    this.size = size;
  }

  static Optional<ElementType> ofSafetensors(String name) {
    return Arrays.stream(values()).filter(t -> t.name().equals(name)).findFirst();
  }

  static Optional<ElementType> ofNumpy(String descr) {
    return Optional.ofNullable(NUMPY.get(descr));
  }

  /** By the class name of a typed storage, such as {@code FloatStorage}. */
  static Optional<ElementType> ofStorage(String name) {
    return Optional.ofNullable(STORAGES.get(name));
  }

  /** Whether a network's weights can be of this type. */
  public boolean isFloat() {
    return this == F32 || this == F16 || this == BF16 || this == F64;
  }

  /**
   * @param elements little endian, of a float type
   * @return index of the first NaN or infinity among the remaining elements, or -1
   */
  public int firstNotFinite(ByteBuffer elements) {
    int n = elements.remaining() / size;
    int from = elements.position();
    for (int i = 0; i < n; i++) {
      boolean finite =
          switch (this) {
            case F32 -> (elements.getInt(from + 4 * i) & 0x7f80_0000) != 0x7f80_0000;
            case F16 -> (elements.getShort(from + 2 * i) & 0x7c00) != 0x7c00;
            case BF16 -> (elements.getShort(from + 2 * i) & 0x7f80) != 0x7f80;
            case F64 -> Float.isFinite((float) elements.getDouble(from + 8 * i));
            default -> throw new IllegalStateException(this + " is no float type");
          };
      if (!finite) {
        return i;
      }
    }
    return -1;
  }

  /** As messages say it. */
  @Override
  public String toString() {
    return name().toUpperCase(Locale.ROOT);
  }
}
