package org.emova4j.qwen.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.emova4j.api.speech.ModelUnavailableException;

/**
 * What a {@code tokenizer.json} says about ids. The official script adds the speech units in no
 * order, so an id can't be computed from its unit.
 */
final class TokenTable {
  private static final Pattern UNIT = Pattern.compile("<\\|speech_(0|[1-9]\\d{0,3})\\|>");
  private static final int MAX_UNITS = 10_000;
  private static final int MAX_ID = 1 << 24;

  private final Map<String, Integer> added = new HashMap<>();
  private int size;

  private TokenTable() {}

  /**
   * @throws ModelUnavailableException if the file can't be read or is no tokenizer
   */
  static TokenTable read(Path file) throws ModelUnavailableException {
    TokenTable table = new TokenTable();
    try (JsonParser in = new JsonFactory().createParser(file.toFile())) {
      table.read(in);
    } catch (JsonProcessingException e) {
      throw new ModelUnavailableException(
          "%s is not the JSON of a tokenizer: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new ModelUnavailableException(file + " can't be read", e);
    }
    if (table.size == 0) {
      throw new ModelUnavailableException(file + " has no vocabulary");
    }
    return table;
  }

  private void read(JsonParser in) throws IOException, ModelUnavailableException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      return;
    }
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String field = in.currentName();
      JsonToken value = in.nextToken();
      if (field.equals("added_tokens") && value == JsonToken.START_ARRAY) {
        while (in.nextToken() == JsonToken.START_OBJECT) {
          readAdded(in);
        }
      } else if (field.equals("model") && value == JsonToken.START_OBJECT) {
        readModel(in);
      } else {
        in.skipChildren();
      }
    }
  }

  private void readAdded(JsonParser in) throws IOException, ModelUnavailableException {
    String content = "";
    int id = -1;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String field = in.currentName();
      in.nextToken();
      switch (field) {
        case "id" -> id = id(in);
        case "content" -> content = in.getText();
        default -> in.skipChildren();
      }
    }
    if (id >= 0) {
      added.put(content, id);
    }
  }

  private void readModel(JsonParser in) throws IOException, ModelUnavailableException {
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String field = in.currentName();
      JsonToken value = in.nextToken();
      if (field.equals("vocab") && value == JsonToken.START_OBJECT) {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
          in.nextToken();
          id(in);
        }
      } else {
        in.skipChildren();
      }
    }
  }

  private int id(JsonParser in) throws IOException, ModelUnavailableException {
    int id = in.currentToken() == JsonToken.VALUE_NUMBER_INT ? in.getIntValue() : -1;
    if (id < 0 || id > MAX_ID) {
      throw new ModelUnavailableException(
          "a token's id is %s, must be from 0 to %d".formatted(Excerpt.of(in.getText()), MAX_ID));
    }
    size = Math.max(size, id + 1);
    return id;
  }

  /** One more than the largest id; rows of a network above it must never be picked. */
  int size() {
    return size;
  }

  /** The id of a token that was added to the vocabulary. */
  OptionalInt id(String token) {
    Integer id = added.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * The ids of speech units by their numbers; as many as there are from 0 on without a gap, which
   * is none for a model that was not made for speech.
   */
  int[] units() {
    int[] ids = new int[MAX_UNITS];
    Arrays.fill(ids, -1);
    added.forEach(
        (content, id) -> {
          Matcher unit = UNIT.matcher(content);
          if (unit.matches()) {
            ids[Integer.parseInt(unit.group(1))] = id;
          }
        });
    int count = (int) IntStream.of(ids).takeWhile(id -> id >= 0).count();
    return Arrays.copyOf(ids, count);
  }
}
