package org.emova4j.engine.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Weights that are a formula of their place, as {@code fixtures.py} made them: {@code weights.txt}
 * lists name, offset, bound and shape of each tensor.
 */
public final class FormulaWeights {
  private FormulaWeights() {}

  /**
   * Writes them as a safetensors file.
   *
   * @param test whose bundle's {@code weights.txt} is read
   */
  public static Path write(Class<?> test, Path file) {
    try (InputStream in = test.getResourceAsStream("/weights.txt")) {
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.UTF_8).strip().lines().toList();
      StringBuilder header = new StringBuilder("{");
      int end = 0;
      for (String line : lines) {
        String[] fields = line.split(" ", -1);
        int start = end;
        StringBuilder shape = new StringBuilder();
        int length = 1;
        for (int i = 3; i < fields.length; i++) {
          shape.append(i == 3 ? "" : ",").append(fields[i]);
          length *= Integer.parseInt(fields[i]);
        }
        end += 4 * length;
        header.append(
            "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
                .formatted(start == 0 ? "" : ",", fields[0], shape, start, end));
      }
      byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
      ByteBuffer data = ByteBuffer.allocate(8 + json.length + end).order(ByteOrder.LITTLE_ENDIAN);
      data.putLong(json.length).put(json);
      for (int n = 0; n < lines.size(); n++) {
        String[] fields = lines.get(n).split(" ", -1);
        double offset = Double.parseDouble(fields[1]);
        double bound = Double.parseDouble(fields[2]);
        int length = 1;
        for (int i = 3; i < fields.length; i++) {
          length *= Integer.parseInt(fields[i]);
        }
        for (int i = 0; i < length; i++) {
          double uniform = (hash(((n + 1L) << 32) + i) >>> 40) / (double) (1 << 24);
          data.putFloat((float) (offset + bound * (2 * uniform - 1)));
        }
      }
      return Files.write(file, data.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SplitMix64. */
  private static long hash(long counter) {
    long z = counter * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
