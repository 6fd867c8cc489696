package org.emova4j.runtime.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.emova4j.api.style.Style;
import org.emova4j.batch.BatchItem;
import org.emova4j.batch.BatchPlan;
import org.emova4j.batch.FolderInputs;
import org.emova4j.batch.ItemSettings;
import org.emova4j.batch.Manifest;
import org.emova4j.batch.OutputNames;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which files, and what their results are called. */
final class BatchInputOptions {
  /** Results that are gathered are told apart by the whole name of their input. */
  private static final String STAGED = "{dir}/{file}.{ext}";

  @Parameters(
      paramLabel = "IN... OUT",
      arity = "0..*",
      description =
          "Folders and files, and the folder for the results; with --manifest or --list only OUT.")
  List<String> paths = new ArrayList<>();

  @Option(
      names = "--manifest",
      paramLabel = "FILE",
      description =
          "CSV or TSV with a header, or JSON lines: input, output, speaker, emotion, intensity,"
              + " pitch, speed; what a row leaves out, the options say. - is standard input.")
  String manifest;

  @Option(
      names = "--manifest-format",
      paramLabel = "FORM",
      description = "csv, tsv or jsonl (default: by the manifest's name).")
  Manifest.Form manifestForm;

  @Option(
      names = "--list",
      paramLabel = "FILE",
      description = "A file name a line; - is standard input.")
  String list;

  @Option(
      names = "--include",
      paramLabel = "GLOB",
      description =
          "Take these files of a folder, e.g. \"**.wav\" or \"**\" for all (default: all with the"
              + " extension of a media format).")
  List<String> include = new ArrayList<>();

  @Option(names = "--exclude", paramLabel = "GLOB", description = "Leave these out.")
  List<String> exclude = new ArrayList<>();

  @Option(
      names = "--name",
      paramLabel = "TEMPLATE",
      description =
          "Names of the results, from {dir} {name} {file} {ext} {speaker} {emotion} {pitch} {speed}"
              + " {task} (default: {dir}/{name}.{ext}).")
  String name;

  private int passedOver;

  /** How many files of the folders were left out. */
  int passedOver() {
    return passedOver;
  }

  /** What is read, in words. */
  String source() {
    if (manifest != null || list != null) {
      return manifest != null ? manifest : list;
    }
    return String.join(" ", paths.subList(0, Math.max(0, paths.size() - 1)));
  }

  /** The folder for results, if one was given. */
  Optional<Path> outputFolder() {
    int needed = manifest == null && list == null ? 2 : manifest == null ? 1 : 0;
    if (paths.size() < needed) {
      throw new UsageException(
          needed == 2
              ? "what to read and where to write is missing: emova batch IN OUT"
              : "--list needs the folder for the results: emova batch --list FILE OUT");
    }
    if (manifest != null && list != null) {
      throw new UsageException("--manifest and --list exclude each other");
    }
    return paths.isEmpty()
        ? Optional.empty()
        : Optional.of(absolute(Media.path(paths.get(paths.size() - 1))));
  }

  /** Where the state of the batch lies, unless told otherwise. */
  Path defaultState() {
    return outputFolder()
        .map(out -> out.resolve(".emova-batch"))
        .orElseGet(
            () ->
                Media.isStandard(manifest)
                    ? absolute(Path.of(".emova-batch"))
                    : absolute(Media.path(manifest)).resolveSibling(manifest + ".emova-batch"));
  }

  /**
   * Finds every file and plans its result.
   *
   * @param defaults settings of items whose manifest row says nothing else
   * @param sound decides settings and extension of each result
   * @param staging takes the results instead of the folder that was given
   */
  BatchPlan plan(
      ItemSettings defaults, BatchSoundOptions sound, Console console, Optional<Path> staging)
      throws IOException, FailedException {
    String template = name != null ? name : staging.map(s -> STAGED).orElse(OutputNames.DEFAULT);
    OutputNames names = Subcommand.checked(() -> new OutputNames(template));
    Optional<Path> given = outputFolder();
    Optional<Path> out = staging.or(() -> given);
    Planner planner = new Planner(names, defaults, sound);
    if (manifest != null) {
      planner.rows(manifestRows(console), manifestFolder(), out);
    } else if (list != null) {
      for (String line : lines(list, console)) {
        Path file = absolute(Media.path(line));
        planner.file(file, commonFolder(file), out.orElseThrow());
      }
    } else {
      FolderInputs folders = Subcommand.checked(() -> new FolderInputs(include, exclude));
      for (String path : paths.subList(0, paths.size() - 1)) {
        Path input = absolute(Media.path(path));
        if (Files.isDirectory(input)) {
          FolderInputs.Found found = folders.find(input, given.orElseThrow());
          for (Path file : found.files()) {
            planner.file(file, input, out.orElseThrow());
          }
          planner.unplanned.addAll(found.problems());
          passedOver += found.passedOver();
        } else {
          Media.requireReadable(path);
          planner.file(input, input.getParent(), out.orElseThrow());
        }
      }
    }
    return Subcommand.checked(() -> new BatchPlan(planner.items, planner.unplanned));
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  /** Files of a list keep their folders below the working directory, others only their name. */
  private static Path commonFolder(Path file) {
    Path here = absolute(Path.of(""));
    return file.startsWith(here) ? here : file.getParent();
  }

  private Path manifestFolder() {
    return Media.isStandard(manifest)
        ? absolute(Path.of(""))
        : absolute(Media.path(manifest)).getParent();
  }

  private List<Manifest.Row> manifestRows(Console console) throws IOException, FailedException {
    Manifest.Form form = manifestForm == null ? Manifest.Form.ofFileName(manifest) : manifestForm;
    try (BufferedReader reader = reader(manifest, console)) {
      return Manifest.read(reader, form, manifest);
    }
  }

  private static List<String> lines(String name, Console console)
      throws IOException, FailedException {
    try (BufferedReader reader = reader(name, console)) {
      return reader.lines().filter(line -> !line.isBlank()).toList();
    }
  }

  private static BufferedReader reader(String name, Console console)
      throws IOException, FailedException {
    Media.requireReadable(name);
    return Media.isStandard(name)
        ? new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8))
        : Files.newBufferedReader(Media.path(name));
  }

  /** Collects items. */
  private static final class Planner {
    final List<BatchItem> items = new ArrayList<>();
    final List<BatchPlan.Unplanned> unplanned = new ArrayList<>();
    private final OutputNames names;
    private final ItemSettings defaults;
    private final BatchSoundOptions sound;

    Planner(OutputNames names, ItemSettings defaults, BatchSoundOptions sound) {
      this.names = names;
      this.defaults = defaults;
      this.sound = sound;
    }

    void file(Path input, Path base, Path out) {
      BatchSoundOptions.Shape shape = sound.shape(defaults, input);
      items.add(new BatchItem(input, output(input, base, out, shape), shape.settings()));
    }

    void rows(List<Manifest.Row> rows, Path base, Optional<Path> out) {
      for (Manifest.Row row : rows) {
        Style style = over(row.style(), defaults.style());
        Path input = absolute(base.resolve(Media.path(row.input())));
        BatchSoundOptions.Shape shape = sound.shape(defaults.withStyle(style), input);
        Path output;
        if (row.output().isPresent()) {
          output = absolute(out.orElse(base).resolve(Media.path(row.output().get())));
        } else if (out.isPresent()) {
          Path inputBase = input.startsWith(base) ? base : input.getParent();
          output = output(input, inputBase, out.get(), shape);
        } else {
          throw new UsageException(
              "row %d of the manifest has no output, and no folder for results was given"
                  .formatted(row.number()));
        }
        if (out.isPresent() && !output.startsWith(out.get())) {
          throw new UsageException(
              "row %d of the manifest: output %s lies outside of %s"
                  .formatted(row.number(), output, out.get()));
        }
        items.add(new BatchItem(input, output, shape.settings()));
      }
    }

    private Path output(Path input, Path base, Path out, BatchSoundOptions.Shape shape) {
      Style style = shape.settings().style();
      Map<String, String> fields = new LinkedHashMap<>();
      fields.put("ext", shape.extension());
      fields.put("task", defaults.task().id());
      style.speaker().ifPresent(v -> fields.put("speaker", v));
      style.emotion().ifPresent(v -> fields.put("emotion", v));
      style.pitch().ifPresent(v -> fields.put("pitch", level(v)));
      style.speed().ifPresent(v -> fields.put("speed", level(v)));
      return Subcommand.checked(() -> names.of(out, base, input, fields));
    }

    private static String level(Style.Level level) {
      return level instanceof Style.Label label
          ? label.name()
          : String.valueOf(((Style.Amount) level).value());
    }

    private static Style over(Style row, Style defaults) {
      return new Style(
          row.speaker().or(defaults::speaker),
          row.emotion().or(defaults::emotion),
          row.intensity().isPresent() ? row.intensity() : defaults.intensity(),
          row.pitch().or(defaults::pitch),
          row.speed().or(defaults::speed));
    }
  }
}
