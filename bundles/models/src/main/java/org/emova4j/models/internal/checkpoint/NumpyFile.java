package org.emova4j.models.internal.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@code .npy} file: one array. Format: NumPy's NEP 1. */
final class NumpyFile {
  private static final int MAX_HEADER_BYTES = 1 << 16;
  private static final Pattern TYPE = Pattern.compile("'descr':\\s*'([^']{1,20})'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([0-9, ]{0,200})\\)");

  private NumpyFile() {}

  /** The array, under the empty name. */
  static Map<String, StoredTensor> read(FileBytes file) throws IOException, FormatException {
    int version = file.read(6, 1).get() & 0xff;
    int start = version == 1 ? 10 : 12;
    ByteBuffer lengthField = file.read(8, start - 8);
    long headerBytes =
        version == 1 ? lengthField.getShort() & 0xffff : lengthField.getInt() & 0xffff_ffffL;
    if (version < 1 || version > 3 || headerBytes > MAX_HEADER_BYTES) {
      throw new FormatException(
          "its header is of version %d and has %d bytes, known are 1 to 3 and %d"
              .formatted(version, headerBytes, MAX_HEADER_BYTES));
    }
    String header = new String(file.read(start, (int) headerBytes).array(), ISO_8859_1);
    String descr = field(TYPE, header, "type");
    ElementType type =
        ElementType.ofNumpy(descr)
            .orElseThrow(
                () ->
                    new FormatException(
                        "its elements are of the unknown type %s"
                            .formatted(Text.printable(descr))));
    long[] shape = shape(field(SHAPE, header, "shape"));
    long at = start + headerBytes;
    long bytes = file.size() - at;
    Storage storage = Storage.at("its array", at, Math.max(0, bytes), OptionalLong.empty());
    StoredTensor tensor =
        field(ORDER, header, "order").equals("True") && shape.length > 1
            ? columnMajor(type, shape, storage, bytes)
            : StoredTensor.contiguous(type, shape, storage, bytes / type.size);
    if (tensor.length() * type.size != bytes) {
      throw new FormatException(
          "it has %d bytes of data, its shape needs %d"
              .formatted(bytes, tensor.length() * type.size));
    }
    return Map.of("", tensor);
  }

  private static StoredTensor columnMajor(
      ElementType type, long[] shape, Storage storage, long bytes) throws FormatException {
    long[] strides = new long[shape.length];
    long step = 1;
    for (int i = 0; i < shape.length; i++) {
      strides[i] = step;
      step *= Math.max(1, Math.min(shape[i], bytes)); // cannot wrap before of() finds it too large
    }
    return StoredTensor.of(type, shape, strides, 0, storage, bytes / type.size);
  }

  private static String field(Pattern pattern, String header, String what) throws FormatException {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new FormatException("its header does not tell its %s".formatted(what));
    }
    return matcher.group(1);
  }

  private static long[] shape(String text) throws FormatException {
    try {
      return Arrays.stream(text.split(","))
          .map(String::strip)
          .filter(s -> !s.isEmpty())
          .mapToLong(Long::parseLong)
          .toArray();
    } catch (NumberFormatException e) {
      throw new FormatException("its shape is (%s)".formatted(text), e);
    }
  }
}
