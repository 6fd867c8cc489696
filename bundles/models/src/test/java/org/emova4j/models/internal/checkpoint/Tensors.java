package org.emova4j.models.internal.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.emova4j.api.speech.ModelUnavailableException;

/** Reads tensors as a whole, as text that says shape and every element. */
public final class Tensors {
  private Tensors() {}

  public static Map<String, String> all(Path file) throws IOException, ModelUnavailableException {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      Map<String, String> texts = new LinkedHashMap<>();
      for (Map.Entry<String, StoredTensor> entry : checkpoint.tensors().entrySet()) {
        texts.put(entry.getKey(), text(checkpoint, entry.getKey(), entry.getValue()));
      }
      return texts;
    }
  }

  static String text(Checkpoint checkpoint, String name, StoredTensor tensor)
      throws IOException, ModelUnavailableException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    checkpoint.read(
        name,
        tensor,
        chunk -> {
          byte[] copy = new byte[chunk.remaining()];
          chunk.get(copy);
          bytes.writeBytes(copy);
        });
    ByteBuffer in = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    StringBuilder text = new StringBuilder(java.util.Arrays.toString(tensor.shape())).append(':');
    while (in.hasRemaining()) {
      text.append(' ').append(element(tensor.type(), in));
    }
    return text.toString();
  }

  private static Object element(ElementType type, ByteBuffer in) {
    return switch (type) {
      case F32 -> in.getFloat();
      case F64 -> in.getDouble();
      case BF16 -> Float.intBitsToFloat(in.getShort() << 16);
      case F16, I16 -> in.getShort();
      case I32 -> in.getInt();
      case I64 -> in.getLong();
      default -> in.get();
    };
  }
}
