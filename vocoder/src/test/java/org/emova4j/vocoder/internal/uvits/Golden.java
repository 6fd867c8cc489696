package org.emova4j.vocoder.internal.uvits;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.emova4j.api.speech.ModelUnavailableException;
import org.emova4j.engine.Safetensors;

/** What the reference implementation computed: one file of tensors, batch first, then channels. */
final class Golden implements AutoCloseable {
  private final Safetensors file;
  private final JsonNode metadata;

  private Golden(Path path) throws IOException, ModelUnavailableException {
    file = Safetensors.open(path);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) bytes.getLong()];
    bytes.get(header);
    metadata = new ObjectMapper().readTree(header).path("__metadata__");
  }

  /**
   * @param name below {@code uvits/}
   */
  static Golden open(String name) throws IOException, ModelUnavailableException {
    return new Golden(resource(name));
  }

  static Path resource(String name) {
    try {
      return Path.of(Golden.class.getResource("/uvits/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  Set<String> names() {
    return file.names();
  }

  float setting(String name) {
    return Float.parseFloat(metadata.path(name).asText());
  }

  float[] floats(String name) throws ModelUnavailableException {
    return file.read(name);
  }

  long[] longs(String name) throws ModelUnavailableException {
    return file.readLongs(name);
  }

  int size(String name, int axis) throws ModelUnavailableException {
    return (int) file.shape(name)[axis];
  }

  /** Of (items, channels, time): the first moments of one item, of shape [moments, channels]. */
  float[] rows(String name, int item, int moments) throws ModelUnavailableException {
    int channels = size(name, 1);
    int time = size(name, 2);
    float[] all = floats(name);
    float[] rows = new float[moments * channels];
    for (int t = 0; t < moments; t++) {
      for (int c = 0; c < channels; c++) {
        rows[t * channels + c] = all[(item * channels + c) * time + t];
      }
    }
    return rows;
  }

  /** Of (items, time): the first moments of one item. */
  int[] integers(String name, int item, int moments) throws ModelUnavailableException {
    int time = size(name, 1);
    return Arrays.stream(longs(name), item * time, item * time + moments)
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  @Override
  public void close() {
    file.close();
  }
}
