package org.emova4j.engine.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.Safetensors;

/**
 * One vector for each unit of a codebook, such as the centres of k-means.
 *
 * @param values of shape [rows, width], in row-major order
 * @param rows at least 2
 * @param width at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; whoever reads it keeps it to itself
public record VectorTable(float[] values, int rows, int width) {
  private static final long MOST_BYTES = 1L << 30;
  private static final int MOST_HEADER_BYTES = 1 << 16;
  private static final byte[] NPY = "\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1);

  // NumPy's NEP 1: a literal of Python, of which this is what a matrix of floats needs.
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '<f([48])', 'fortran_order': False, 'shape': \\((\\d{1,9}), (\\d{1,9})\\), \\}\\s*");

  /**
   * Reads a {@code .safetensors} file, or a {@code .npy} file of float32 or float64 as {@code
   * numpy.save} writes it.
   *
   * @param tensor its name in a safetensors file
   * @throws ModelUnavailableException if the file is missing or malformed, or holds no finite
   *     matrix of at least two rows; names the file and the reason
   */
  public static VectorTable read(Path file, String tensor) throws ModelUnavailableException {
    VectorTable table =
        file.getFileName().toString().endsWith(".npy") ? numpy(file) : safetensors(file, tensor);
    for (int i = 0; i < table.values.length; i++) {
      if (!Float.isFinite(table.values[i])) {
        throw new ModelUnavailableException(
            "%s: row %d, column %d is %s"
                .formatted(file, i / table.width, i % table.width, table.values[i]));
      }
    }
    return table;
  }

  private static VectorTable safetensors(Path file, String tensor)
      throws ModelUnavailableException {
    try (Safetensors tensors = Safetensors.open(file)) {
      long[] shape = tensors.shape(tensor);
      if (shape.length != 2 || shape[0] < 2 || shape[1] < 1) {
        throw new ModelUnavailableException(
            "%s: tensor %s has shape %s, expected [units, dimensions]"
                .formatted(file, tensor, Arrays.toString(shape)));
      }
      return new VectorTable(tensors.read(tensor), (int) shape[0], (int) shape[1]);
    }
  }

  private static VectorTable numpy(Path file) throws ModelUnavailableException {
    ByteBuffer bytes = bytes(file).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[NPY.length];
    if (bytes.remaining() < 12 || !Arrays.equals(NPY, copy(bytes, magic))) {
      throw new ModelUnavailableException(file + " is no .npy file");
    }
    int version = bytes.get();
    bytes.get(); // the minor version
    long length = version == 1 ? bytes.getShort() & 0xffff : bytes.getInt() & 0xffff_ffffL;
    if (length > Math.min(bytes.remaining(), MOST_HEADER_BYTES)) {
      throw new ModelUnavailableException(
          "%s: its header has %d bytes, there are %d and the limit is %d"
              .formatted(file, length, bytes.remaining(), MOST_HEADER_BYTES));
    }
    String header =
        new String(copy(bytes, new byte[(int) length]), StandardCharsets.ISO_8859_1).strip();
    Matcher matrix = HEADER.matcher(header);
    if (!matrix.matches()) {
      throw new ModelUnavailableException(
          "%s holds %s, expected a matrix of float32 or float64 in row-major order"
              .formatted(file, header.substring(0, Math.min(header.length(), 100))));
    }
    return matrix(
        file,
        bytes,
        Integer.parseInt(matrix.group(1)),
        Integer.parseInt(matrix.group(2)),
        Integer.parseInt(matrix.group(3)));
  }

  private static VectorTable matrix(Path file, ByteBuffer bytes, int size, int rows, int width)
      throws ModelUnavailableException {
    if (rows < 2 || width < 1 || (long) rows * width * size != bytes.remaining()) {
      throw new ModelUnavailableException(
          "%s has shape [%d, %d] and %d bytes of data, expected at least [2, 1] and %d bytes"
              .formatted(file, rows, width, bytes.remaining(), (long) rows * width * size));
    }
    float[] values = new float[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = size == Float.BYTES ? bytes.getFloat() : (float) bytes.getDouble();
    }
    return new VectorTable(values, rows, width);
  }

  private static byte[] copy(ByteBuffer bytes, byte[] to) {
    bytes.get(to);
    return to;
  }

  private static ByteBuffer bytes(Path file) throws ModelUnavailableException {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new ModelUnavailableException(
            "%s has %d bytes, more than %d".formatted(file, Files.size(file), MOST_BYTES));
      }
      return ByteBuffer.wrap(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new ModelUnavailableException(file + " is missing or can't be read", e);
    }
  }
}
