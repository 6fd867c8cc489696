package org.emova4j.eval;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.emova4j.eval.internal.Hashes;

/**
 * Recordings, and what is known of each: who says what in which mood. Always in the order of their
 * names, whatever the order in which they were listed.
 *
 * @param name what reports call it
 * @param items at least one, by ascending name
 */
public record Corpus(String name, List<Item> items) {
  /** Most rows of a manifest. */
  public static final int MAX_ROWS = 1_000_000;

  private static final String PATH = "path";
  private static final List<String> ALIGNMENTS = List.of(".TextGrid", ".textgrid", ".ctm");

  /**
   * One recording.
   *
   * @param name unique in its corpus: the path as its manifest has it
   * @param file the recording
   * @param transcript what is said
   * @param speaker who says it
   * @param gender of the speaker
   * @param emotion in which it is said
   * @param alignment when which phone is said, a TextGrid or CTM file
   */
  public record Item(
      String name,
      Path file,
      Optional<String> transcript,
      Optional<String> speaker,
      Optional<String> gender,
      Optional<String> emotion,
      Optional<Path> alignment) {
    /** What is resampled as a whole for intervals: the speaker, or the recording by itself. */
    public String cluster() {
      return speaker.orElse(name);
    }
  }

  public Corpus {
    requireNonNull(name, "name");
    items = items.stream().sorted(Comparator.comparing(Item::name)).toList();
    if (items.isEmpty()) {
      throw new IllegalArgumentException("%s holds no recordings".formatted(name));
    }
  }

  /** Which rows and how many of them. */
  public record Selection(Map<String, String> where, Optional<Path> alignments) {
    /** All rows; alignments lie beside the recordings. */
    public static final Selection ALL = new Selection(Map.of(), Optional.empty());

    public Selection {
      where = new TreeMap<>(where);
      requireNonNull(alignments, "alignments");
    }
  }

  /**
   * Reads a table with a header: columns {@code path}, and where there are {@code transcript},
   * {@code speaker}, {@code gender}, {@code emotion} and {@code alignment}; others are passed over.
   * Separated by tabs, without quotes, if its name ends in {@code .tsv}; by commas otherwise. Paths
   * are relative to the table's folder.
   *
   * @param selection rows whose columns have these values
   * @throws IOException if it can't be read, a row is malformed or names no file: says which line
   */
  public static Corpus read(Path manifest, Selection selection) throws IOException {
    Map<String, Integer> lines = new HashMap<>();
    List<Item> items = new ArrayList<>();
    Path folder = manifest.toAbsolutePath().normalize().getParent();
    boolean tabs = manifest.toString().toLowerCase(Locale.ROOT).endsWith(".tsv");
    try (MappingIterator<String[]> rows = rows(manifest, tabs)) {
      Map<String, Integer> columns = header(manifest, rows, selection);
      while (rows.hasNextValue()) {
        int line = rows.getCurrentLocation().getLineNr();
        String[] cells = rows.nextValue();
        String place = "%s, line %d".formatted(manifest, line);
        if (cells.length == 1 && cells[0].isBlank()) {
          continue;
        }
        if (lines.size() >= MAX_ROWS) {
          throw new IOException("%s: more than %d rows".formatted(place, MAX_ROWS));
        }
        if (cells.length != columns.size()) {
          throw new IOException(
              "%s: %d cells where the header has %d columns"
                  .formatted(place, cells.length, columns.size()));
        }
        Row row = new Row(place, columns, List.of(cells));
        if (row.matches(selection.where())) {
          Item item = row.item(folder, selection.alignments());
          Integer earlier = lines.putIfAbsent(item.name(), line);
          if (earlier != null) {
            throw new IOException(
                "%s: %s is listed already, in line %d".formatted(place, item.name(), earlier));
          }
          items.add(item);
        }
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new IOException("%s, line %d: %s".formatted(manifest, line, e.getOriginalMessage()), e);
    } catch (MalformedInputException e) {
      throw new IOException("%s: is not UTF-8".formatted(manifest), e);
    }
    if (items.isEmpty()) {
      throw new IOException(
          selection.where().isEmpty()
              ? "%s: has no rows".formatted(manifest)
              : "%s: no row has %s".formatted(manifest, selection.where()));
    }
    return new Corpus(manifest.getFileName().toString(), items);
  }

  private static MappingIterator<String[]> rows(Path manifest, boolean tabs) throws IOException {
    CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(tabs ? '\t' : ',');
    return CsvMapper.builder()
        .enable(CsvParser.Feature.WRAP_AS_ARRAY)
        .build()
        .readerFor(String[].class)
        .with(tabs ? schema.withoutQuoteChar() : schema)
        .readValues(Files.newBufferedReader(manifest));
  }

  private static Map<String, Integer> header(
      Path manifest, MappingIterator<String[]> rows, Selection selection) throws IOException {
    if (!rows.hasNextValue()) {
      throw new IOException("%s: is empty".formatted(manifest));
    }
    String[] names = rows.nextValue();
    names[0] = names[0].startsWith("\ufeff") ? names[0].substring(1) : names[0];
    Map<String, Integer> columns = new HashMap<>();
    for (String name : names) {
      if (columns.put(name.strip(), columns.size()) != null) {
        throw new IOException("%s, line 1: column \"%s\" twice".formatted(manifest, name.strip()));
      }
    }
    if (!columns.containsKey(PATH)) {
      throw new IOException(
          "%s, line 1: there is no column \"%s\"; there are: %s"
              .formatted(manifest, PATH, String.join(", ", names)));
    }
    for (String wanted : selection.where().keySet()) {
      if (!columns.containsKey(wanted)) {
        throw new IOException(
            "%s, line 1: there is no column \"%s\"; there are: %s"
                .formatted(manifest, wanted, String.join(", ", names)));
      }
    }
    return columns;
  }

  /** One line, its cells by the names of their columns. */
  private record Row(String place, Map<String, Integer> columns, List<String> cells) {
    Optional<String> cell(String column) {
      return Optional.ofNullable(columns.get(column))
          .map(index -> cells.get(index).strip())
          .filter(text -> !text.isEmpty());
    }

    boolean matches(Map<String, String> where) {
      return where.entrySet().stream()
          .allMatch(wanted -> cell(wanted.getKey()).orElse("").equals(wanted.getValue()));
    }

    Item item(Path folder, Optional<Path> alignments) throws IOException {
      String path = cell(PATH).orElseThrow(() -> new IOException(place + ": has no path"));
      Path file = existing(folder, path);
      Optional<String> named = cell("alignment");
      Optional<Path> alignment =
          named.isPresent()
              ? Optional.of(existing(folder, named.get()))
              : beside(file, alignments.map(a -> a.resolve(folder.relativize(file).toString())));
      return new Item(
          path.replace('\\', '/'),
          file,
          cell("transcript"),
          cell("speaker"),
          cell("gender"),
          cell("emotion"),
          alignment);
    }

    private Path existing(Path folder, String path) throws IOException {
      Path file;
      try {
        file = folder.resolve(path).normalize();
      } catch (InvalidPathException e) {
        throw new IOException("%s: \"%s\" is no file name".formatted(place, path), e);
      }
      if (!Files.isRegularFile(file)) {
        throw new IOException("%s: there is no file %s".formatted(place, file));
      }
      return file;
    }
  }

  /** The same name with the extension of an alignment, if there is such a file. */
  private static Optional<Path> beside(Path recording, Optional<Path> elsewhere) {
    Path file = elsewhere.orElse(recording);
    String name = file.getFileName().toString();
    String stem = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
    return ALIGNMENTS.stream()
        .map(extension -> file.resolveSibling(stem + extension))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** Recordings of which nothing else is known. */
  public static Corpus ofFiles(String name, Path folder, Collection<Path> files) {
    return new Corpus(
        name,
        files.stream()
            .map(
                file ->
                    new Item(
                        folder.relativize(file).toString().replace('\\', '/'),
                        file,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        beside(file, Optional.empty())))
            .toList());
  }

  /**
   * At most so many recordings. Which ones depends on their names alone: those whose hashes come
   * first, so that a larger choice contains a smaller one.
   */
  public Corpus limited(int most) {
    if (items.size() <= most) {
      return this;
    }
    Item[] chosen = items.toArray(new Item[0]);
    Arrays.sort(chosen, Comparator.comparing(item -> Hashes.of(item.name())));
    return new Corpus(name, Arrays.asList(chosen).subList(0, most));
  }
}
