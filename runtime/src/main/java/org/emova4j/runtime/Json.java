package org.emova4j.runtime;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON as plain maps, lists, strings, numbers and booleans. Jackson's streaming core alone: its
 * data binding would take longer to load than most commands run.
 */
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /**
   * Reads one JSON object.
   *
   * @throws IOException if the text is no JSON object; says where
   */
  public static Map<String, Object> parseObject(String text) throws IOException {
    return parseObject(text, false);
  }

  /**
   * The same for what other programs wrote: a field that is null is as good as missing.
   *
   * @throws IOException if the text is no JSON object; says where
   */
  public static Map<String, Object> parseForeignObject(String text) throws IOException {
    return parseObject(text, true);
  }

  private static Map<String, Object> parseObject(String text, boolean nulls) throws IOException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.enable(JsonParser.Feature.ALLOW_COMMENTS);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("no JSON object");
      }
      Map<String, Object> object = readObject(parser, nulls);
      if (parser.nextToken() != null) {
        throw new IOException("text after the JSON object");
      }
      return object;
    }
  }

  private static Map<String, Object> readObject(JsonParser parser, boolean nulls)
      throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NULL || !nulls) {
        object.put(name, readValue(parser, nulls));
      }
    }
    return object;
  }

  private static Object readValue(JsonParser parser, boolean nulls) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> readObject(parser, nulls);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(readValue(parser, nulls));
        }
        yield list;
      }
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> parser.getText();
      default -> throw new IOException("%s is not understood".formatted(parser.currentToken()));
    };
  }

  /** On one line. */
  public static String write(Object value) {
    return write(value, false);
  }

  /** On indented lines, for people. */
  public static String writePretty(Object value) {
    return write(value, true);
  }

  private static String write(Object value, boolean pretty) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      if (pretty) {
        generator.setPrettyPrinter(new DefaultPrettyPrinter());
      }
      write(generator, value);
    } catch (IOException e) {
      throw new IllegalStateException("a StringWriter doesn't fail", e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator generator, Object value) throws IOException {
    if (value instanceof Map<?, ?> map) {
      generator.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        generator.writeFieldName(entry.getKey().toString());
        write(generator, entry.getValue());
      }
      generator.writeEndObject();
    } else if (value instanceof Iterable<?> list) {
      generator.writeStartArray();
      for (Object element : list) {
        write(generator, element);
      }
      generator.writeEndArray();
    } else if (value instanceof int[] numbers) {
      generator.writeArray(numbers, 0, numbers.length);
    } else if (value instanceof Boolean flag) {
      generator.writeBoolean(flag);
    } else if (value instanceof Integer || value instanceof Long) {
      generator.writeNumber(((Number) value).longValue());
    } else if (value instanceof Number number) {
      generator.writeNumber(number.doubleValue());
    } else {
      generator.writeString(value.toString());
    }
  }
}
