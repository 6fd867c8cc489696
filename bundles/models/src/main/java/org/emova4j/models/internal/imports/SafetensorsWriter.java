package org.emova4j.models.internal.imports;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.models.internal.checkpoint.Checkpoint;
import org.emova4j.models.internal.checkpoint.ElementType;

/** Writes a safetensors file tensor by tensor, each as it comes. */
final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where a tensor's elements come from. */
  interface Content {
    /**
     * @param sink takes them in row-major order, of the type that the tensor is written in
     */
    void write(Checkpoint.Sink sink) throws IOException, ModelUnavailableException;
  }

  /**
   * @param type F32, F16 or BF16
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Tensor(String name, ElementType type, long[] shape, Content content) {
    long bytes() {
      return Arrays.stream(shape).reduce(type.size, Math::multiplyExact);
    }
  }

  private SafetensorsWriter() {}

  static void write(Path file, Collection<Tensor> tensors)
      throws IOException, ModelUnavailableException {
    ObjectNode header = JSON.createObjectNode();
    long at = 0;
    for (Tensor tensor : tensors) {
      ObjectNode entry = header.putObject(tensor.name());
      entry.put("dtype", tensor.type().toString());
      ArrayNode shape = entry.putArray("shape");
      Arrays.stream(tensor.shape()).forEach(shape::add);
      entry.putArray("data_offsets").add(at).add(at + tensor.bytes());
      at += tensor.bytes();
    }
    byte[] json = JSON.writeValueAsBytes(header);
    int padding = (ALIGNMENT - json.length % ALIGNMENT) % ALIGNMENT;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      out.write(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(json.length + padding)
              .array());
      out.write(json);
      out.write(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
      for (Tensor tensor : tensors) {
        long[] written = {0};
        tensor
            .content()
            .write(
                chunk -> {
                  written[0] += chunk.remaining();
                  out.write(
                      chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.remaining());
                });
        if (written[0] != tensor.bytes()) {
          throw new IllegalStateException(
              "tensor %s has %d bytes, %d were written"
                  .formatted(tensor.name(), tensor.bytes(), written[0]));
        }
      }
    }
  }
}
