package org.emova4j.models.internal.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** A safetensors file: a JSON header that says where tensors lie, and the tensors. */
final class SafetensorsFile {
  static final int MAX_HEADER_BYTES = 32_000_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxStringLength(1_000_000)
                          .maxNumberLength(20)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SafetensorsFile() {}

  static Map<String, StoredTensor> read(FileBytes file) throws IOException, FormatException {
    long headerBytes = file.read(0, Long.BYTES).getLong();
    if (headerBytes < 2 || headerBytes > Math.min(MAX_HEADER_BYTES, file.size() - Long.BYTES)) {
      throw new FormatException(
          "its header has %s bytes, the limit here is %d"
              .formatted(
                  Long.toUnsignedString(headerBytes),
                  Math.min(MAX_HEADER_BYTES, file.size() - Long.BYTES)));
    }
    JsonNode header;
    try {
      header = JSON.readTree(file.read(Long.BYTES, (int) headerBytes).array());
    } catch (JsonProcessingException e) {
      throw new FormatException("its header is not the JSON of safetensors", e);
    }
    if (!header.isObject()) {
      throw new FormatException("its header is not the JSON of safetensors");
    }
    long start = Long.BYTES + headerBytes;
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (!field.getKey().equals("__metadata__")) {
        tensors.put(field.getKey(), tensor(field.getKey(), field.getValue(), start, file.size()));
      }
    }
    return tensors;
  }

  private static StoredTensor tensor(String name, JsonNode entry, long start, long fileBytes)
      throws FormatException {
    String dtype = entry.path("dtype").asText("");
    ElementType type =
        ElementType.ofSafetensors(dtype)
            .orElseThrow(
                () ->
                    new FormatException(
                        "tensor %s is of the unknown type %s"
                            .formatted(Text.printable(name), Text.printable(dtype))));
    long[] shape = counts(entry.path("shape"), name);
    long[] offsets = counts(entry.path("data_offsets"), name);
    if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > fileBytes - start) {
      throw new FormatException(
          "tensor %s is not inside the file, which is damaged or cut short"
              .formatted(Text.printable(name)));
    }
    long bytes = offsets[1] - offsets[0];
    Storage storage = Storage.at(name, start + offsets[0], bytes, OptionalLong.empty());
    StoredTensor tensor = StoredTensor.contiguous(type, shape, storage, bytes / type.size);
    if (tensor.length() * type.size != bytes) {
      throw new FormatException(
          "tensor %s has %d bytes, its shape needs %d"
              .formatted(Text.printable(name), bytes, tensor.length() * type.size));
    }
    return tensor;
  }

  private static long[] counts(JsonNode array, String name) throws FormatException {
    if (!array.isArray() || array.size() > StoredTensor.MAX_RANK) {
      throw new FormatException(
          "tensor %s lacks its shape or offsets".formatted(Text.printable(name)));
    }
    long[] counts = new long[array.size()];
    for (int i = 0; i < counts.length; i++) {
      JsonNode value = array.get(i);
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
        throw new FormatException(
            "tensor %s has a size or offset that is no count".formatted(Text.printable(name)));
      }
      counts[i] = value.longValue();
    }
    return counts;
  }
}
