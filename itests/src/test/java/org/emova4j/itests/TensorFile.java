package org.emova4j.itests;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A safetensors file of the training code. The engine's reader is inside the framework; this one
 * trusts the file.
 */
final class TensorFile {
  private final ByteBuffer data;
  private final String header;

  TensorFile(Path file) throws IOException {
    data = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    header = new String(data.array(), 8, (int) data.getLong(0), StandardCharsets.UTF_8);
  }

  int[] ints(String name) throws IOException {
    ByteBuffer tensor = tensor(name);
    int[] values = new int[tensor.remaining() / Integer.BYTES];
    tensor.asIntBuffer().get(values);
    return values;
  }

  float[] floats(String name) throws IOException {
    ByteBuffer tensor = tensor(name);
    float[] values = new float[tensor.remaining() / Float.BYTES];
    tensor.asFloatBuffer().get(values);
    return values;
  }

  private ByteBuffer tensor(String name) throws IOException {
    Matcher matcher =
        Pattern.compile(
                Pattern.quote("\"" + name + "\":") + "\\{[^}]*\"data_offsets\":\\[(\\d+),(\\d+)]")
            .matcher(header);
    if (!matcher.find()) {
      throw new IOException("no tensor " + name);
    }
    int start = Integer.parseInt(matcher.group(1));
    int end = Integer.parseInt(matcher.group(2));
    int begin = 8 + header.getBytes(StandardCharsets.UTF_8).length;
    return data.slice(begin + start, end - start).order(ByteOrder.LITTLE_ENDIAN);
  }
}
