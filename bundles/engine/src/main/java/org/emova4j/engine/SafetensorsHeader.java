package org.emova4j.engine;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The JSON header of a safetensors file: which tensor lies where. Nothing that it says is believed
 * before it is checked against the file's real size.
 */
final class SafetensorsHeader {
  /** A third of what the format allows: still far over any real file, and small for a heap. */
  static final long MAX_HEADER_BYTES = 32_000_000;

  static final int MAX_TENSORS = 100_000;
  static final int MAX_NAME_LENGTH = 512;
  static final int MAX_RANK = 16;

  private static final String METADATA = "__metadata__";
  private static final Pattern COUNT = Pattern.compile("0|[1-9][0-9]{0,17}");

  /**
   * @param begin offset of the first byte in the data section
   * @param end offset behind the last byte
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never leaves the package
  record Entry(String name, DType dtype, long[] shape, long begin, long end) {
    /** Number of elements. */
    long length() {
      return (end - begin) / dtype.size;
    }
  }

  /** What is wrong with a header; the reader adds the file's name. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }

    MalformedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private SafetensorsHeader() {}

  /**
   * @param json the header without its length field
   * @param dataBytes size of the data section, the rest of the file
   * @return the tensors by name, in the order of the data
   */
  static Map<String, Entry> parse(ByteBuffer json, long dataBytes) throws MalformedException {
    List<Entry> entries;
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(json).toString();
      if (!text.startsWith("{")) {
        throw new MalformedException("the header does not start with {");
      }
      entries = readEntries(text);
    } catch (CharacterCodingException e) {
      throw new MalformedException("the header is not UTF-8", e);
    } catch (IOException | IllegalStateException | JsonParseException e) {
      throw new MalformedException("the header is not the JSON of safetensors", e);
    }
    return checkLayout(entries, dataBytes);
  }

  private static List<Entry> readEntries(String text) throws IOException, MalformedException {
    List<Entry> entries = new ArrayList<>();
    try (JsonReader in = new JsonReader(new StringReader(text))) {
      in.setStrictness(Strictness.STRICT);
      in.setNestingLimit(8);
      in.beginObject();
      while (in.hasNext()) {
        String name = in.nextName();
        if (name.equals(METADATA)) {
          in.skipValue();
          continue;
        }
        if (name.length() > MAX_NAME_LENGTH) {
          throw new MalformedException(
              "a tensor's name has %d characters, more than %d"
                  .formatted(name.length(), MAX_NAME_LENGTH));
        }
        if (entries.size() == MAX_TENSORS) {
          throw new MalformedException("there are more than %d tensors".formatted(MAX_TENSORS));
        }
        entries.add(readEntry(in, name));
      }
      in.endObject();
      if (in.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedException("the header goes on after its end");
      }
    }
    return entries;
  }

  private static Entry readEntry(JsonReader in, String name)
      throws IOException, MalformedException {
    String dtype = null;
    long[] shape = null;
    long[] offsets = null;
    in.beginObject();
    while (in.hasNext()) {
      String field = in.nextName();
      switch (field) {
        case "dtype" -> {
          if (in.peek() != JsonToken.STRING) {
            throw new MalformedException("tensor %s: dtype is not a string".formatted(name));
          }
          dtype = in.nextString();
        }
        case "shape" -> shape = readCounts(in, name, field, MAX_RANK);
        case "data_offsets" -> offsets = readCounts(in, name, field, 2);
        default ->
            throw new MalformedException(
                "tensor %s has an unknown field %s".formatted(name, shorten(field)));
      }
    }
    in.endObject();
    if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
      throw new MalformedException(
          "tensor %s lacks its dtype, shape or data_offsets".formatted(name));
    }
    String type = dtype;
    DType known =
        DType.of(type)
            .orElseThrow(
                () ->
                    new MalformedException(
                        "tensor %s has the unknown dtype %s".formatted(name, shorten(type))));
    return new Entry(name, known, shape, offsets[0], offsets[1]);
  }

  private static long[] readCounts(JsonReader in, String name, String field, int limit)
      throws IOException, MalformedException {
    long[] counts = new long[limit];
    int n = 0;
    in.beginArray();
    while (in.hasNext()) {
      if (n == limit) {
        throw new MalformedException(
            "tensor %s: %s has more than %d elements".formatted(name, field, limit));
      }
      String number = in.peek() == JsonToken.NUMBER ? in.nextString() : "";
      if (!COUNT.matcher(number).matches()) {
        throw new MalformedException(
            "tensor %s: %s has an element that is not a count below 10^18".formatted(name, field));
      }
      counts[n++] = Long.parseLong(number);
    }
    in.endArray();
    return Arrays.copyOf(counts, n);
  }

  /** Tensors lie one behind the other, fill the data section, and are as long as shapes say. */
  private static Map<String, Entry> checkLayout(List<Entry> entries, long dataBytes)
      throws MalformedException {
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    Map<String, Entry> byName = new LinkedHashMap<>();
    long position = 0;
    for (Entry e : entries) {
      if (e.begin() != position || e.end() < e.begin()) {
        throw new MalformedException(
            "tensor %s lies at %d to %d, but the tensor before it ends at %d"
                .formatted(e.name(), e.begin(), e.end(), position));
      }
      if (e.end() > dataBytes) {
        throw new MalformedException(
            "tensor %s ends at %d, but the file has only %d bytes of data"
                .formatted(e.name(), e.end(), dataBytes));
      }
      long bytes = bytes(e);
      if (bytes != e.end() - e.begin()) {
        throw new MalformedException(
            "tensor %s of shape %s needs %d bytes of %s, but has %d"
                .formatted(
                    e.name(), Arrays.toString(e.shape()), bytes, e.dtype(), e.end() - e.begin()));
      }
      if (byName.put(e.name(), e) != null) {
        throw new MalformedException("tensor %s occurs twice".formatted(e.name()));
      }
      position = e.end();
    }
    if (position != dataBytes) {
      throw new MalformedException(
          "the tensors end at %d, but the file has %d bytes of data"
              .formatted(position, dataBytes));
    }
    return byName;
  }

  private static long bytes(Entry e) throws MalformedException {
    try {
      long n = e.dtype().size;
      for (long size : e.shape()) {
        n = Math.multiplyExact(n, size);
      }
      return n;
    } catch (ArithmeticException overflow) {
      throw new MalformedException(
          "tensor %s of shape %s has more than 2^63 bytes"
              .formatted(e.name(), Arrays.toString(e.shape())),
          overflow);
    }
  }

  private static String shorten(String s) {
    return s.length() <= 40 ? s : s.substring(0, 40) + "...";
  }
}
