package org.emova4j.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import org.emova4j.api.style.Style;

/**
 * Rows of a manifest: an input, perhaps an output, perhaps a style. As CSV or TSV with a header, or
 * as JSON Lines.
 */
public final class Manifest {
  /** Most rows. */
  public static final int MAX_ROWS = 10_000_000;

  private static final Set<String> COLUMNS =
      new TreeSet<>(Set.of("input", "output", "speaker", "emotion", "intensity", "pitch", "speed"));

  /** How a manifest is written. */
  public enum Form {
    CSV,
    TSV,
    JSONL;

    /** By the extension of a file's name; CSV where it says nothing. */
    public static Form ofFileName(String name) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.endsWith(".jsonl") || lower.endsWith(".ndjson")) {
        return JSONL;
      }
      return lower.endsWith(".tsv") ? TSV : CSV;
    }
  }

  /**
   * One row.
   *
   * @param number of its line or record, from 1, for messages
   * @param input as written
   * @param output as written, if it is
   * @param style what the row says of it
   */
  public record Row(long number, String input, Optional<String> output, Style style) {}

  private Manifest() {}

  /**
   * Reads all rows.
   *
   * @param name for messages
   * @throws IOException if it can't be read, or a row is malformed: says which and why
   */
  public static List<Row> read(BufferedReader text, Form form, String name) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (MappingIterator<Map<String, Object>> records = reader(form).readValues(text)) {
      while (records.hasNextValue()) {
        long number = rows.size() + 1L;
        if (number > MAX_ROWS) {
          throw new IOException("%s: has more than %d rows".formatted(name, MAX_ROWS));
        }
        rows.add(row(records.nextValue(), number, name));
      }
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s: row %d: %s".formatted(name, rows.size() + 1, e.getOriginalMessage()), e);
    }
    return rows;
  }

  private static ObjectReader reader(Form form) {
    if (form == Form.JSONL) {
      return JsonMapper.builder().build().readerForMapOf(Object.class);
    }
    return CsvMapper.builder()
        .enable(CsvParser.Feature.TRIM_SPACES)
        .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
        .enable(CsvParser.Feature.FAIL_ON_MISSING_HEADER_COLUMNS)
        .build()
        .readerForMapOf(Object.class)
        .with(
            CsvSchema.emptySchema()
                .withHeader()
                .withColumnSeparator(form == Form.TSV ? '\t' : ','));
  }

  private static Row row(Map<String, Object> record, long number, String name) throws IOException {
    Map<String, String> cells = new LinkedHashMap<>();
    for (Map.Entry<String, Object> cell : record.entrySet()) {
      if (!COLUMNS.contains(cell.getKey())) {
        throw new IOException(
            "%s: row %d has the unknown column \"%s\"; known: %s"
                .formatted(name, number, cell.getKey(), COLUMNS));
      }
      String value = cell.getValue() == null ? "" : cell.getValue().toString();
      if (!value.isEmpty()) {
        cells.put(cell.getKey(), value);
      }
    }
    if (!cells.containsKey("input")) {
      throw new IOException("%s: row %d has no input".formatted(name, number));
    }
    try {
      return new Row(
          number,
          cells.get("input"),
          Optional.ofNullable(cells.get("output")),
          new Style(
              Optional.ofNullable(cells.get("speaker")),
              Optional.ofNullable(cells.get("emotion")),
              cells.containsKey("intensity")
                  ? OptionalDouble.of(Double.parseDouble(cells.get("intensity")))
                  : OptionalDouble.empty(),
              Optional.ofNullable(cells.get("pitch")).map(Style.Level::parse),
              Optional.ofNullable(cells.get("speed")).map(Style.Level::parse)));
    } catch (IllegalArgumentException e) {
      throw new IOException("%s: row %d: %s".formatted(name, number, e.getMessage()), e);
    }
  }
}
