package org.emova4j.gateway.internal.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

/** JSON, read strictly. */
public final class Json {
  private static final int MAX_DEPTH = 40;
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(Integer.MAX_VALUE) // the body's limit is the limit
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * @throws ApiException if it is no JSON object
   */
  public static JsonNode readObject(InputStream in) throws IOException {
    try {
      return object(MAPPER.readTree(in));
    } catch (JsonProcessingException e) {
      throw malformed(e);
    }
  }

  /** As {@link #readObject(InputStream)}, of text. */
  public static JsonNode readObject(String text) {
    try {
      return object(MAPPER.readTree(text));
    } catch (JsonProcessingException e) {
      throw malformed(e);
    }
  }

  private static JsonNode object(JsonNode node) {
    if (node == null || !node.isObject()) {
      throw ApiException.refused(400, "invalid_json", "a JSON object is expected");
    }
    return node;
  }

  private static ApiException malformed(JsonProcessingException e) {
    return ApiException.refused(
        400,
        "invalid_json",
        "the JSON is malformed at line %d, column %d: %s"
            .formatted(
                e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                e.getLocation() == null ? 1 : e.getLocation().getColumnNr(),
                e.getOriginalMessage()));
  }

  /**
   * @throws ApiException names the first field that is none of these
   */
  public static void requireKnown(JsonNode object, Set<String> known) {
    for (String name : (Iterable<String>) object::fieldNames) {
      if (!known.contains(name)) {
        throw ApiException.unknownField(name, known);
      }
    }
  }

  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a reply can't be written as JSON", e);
    }
  }

  public static String text(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a reply can't be written as JSON", e);
    }
  }
}
